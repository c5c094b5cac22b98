/**
 * The name that a breaker is counted under, so that the number of names is bounded, whoever chooses the keys of a registry.
 *
 * @since 0.1.0
 */
/** @internal */
export interface Bounds {
  readonly maxNames: number
  readonly perKey: boolean
}

/**
 * Where breakers are counted that have no name left.
 *
 * @internal
 */
export const OTHER = 'other'

/**
 * The first `maxNames` names stand for themselves; without `perKey`, keys of a registry go under its name. Then the part
 * before the first `/` stands for what has one, for as many again, and `other` for the rest.
 *
 * @internal
 */
export const bounded = (
  { maxNames, perKey }: Bounds,
  onFull: (breaker: string) => void = () => undefined
): ((breaker: string, isOwn?: boolean) => string) => {
  const own = new Set<string>()
  const folded = new Set<string>()
  const admit = (names: Set<string>, name: string): boolean =>
    names.has(name) || (names.size < maxNames && names.add(name).has(name))
  return (breaker, isOwn = perKey) => {
    if (own.has(breaker)) return breaker
    const registry = registryOf(breaker)
    const name = isOwn ? breaker : registry
    if (admit(own, name)) return name
    if (registry !== breaker && (own.has(registry) || admit(folded, registry))) return registry
    onFull(breaker)
    return OTHER
  }
}

/**
 * The part of a name before its first `/`, or the whole name.
 *
 * @internal
 */
export const registryOf = (breaker: string): string => {
  const end = breaker.indexOf('/')
  return end > 0 ? breaker.slice(0, end) : breaker
}
