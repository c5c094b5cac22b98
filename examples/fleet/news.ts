/**
 * What a worker tells the screen.
 */
export type News =
  | {
      readonly isShared: boolean
      readonly state: 'closed' | 'open' | 'half_open'
      /** Another worker did it. */
      readonly isRemote: boolean
      readonly atSeconds: number
    }
  | { readonly isReady: true }

/** Seconds of a clock that all processes of this machine share. */
export const now = (): number => Number(process.hrtime.bigint()) / 1e9
