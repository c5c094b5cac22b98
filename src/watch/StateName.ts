/**
 * The names of the five states in metrics, logs and health pages.
 *
 * @since 0.1.0
 */
/** @internal */
export const STATE_NAMES = {
  Closed: 'closed',
  Open: 'open',
  HalfOpen: 'half_open',
  Isolated: 'isolated',
  Disabled: 'disabled'
} as const
