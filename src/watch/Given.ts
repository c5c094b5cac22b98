/**
 * What is wrong with what the functions of this folder are given, told where it is given.
 *
 * @since 0.1.0
 */
import { strangers } from '../core/Config'
import type { Problem, Rule } from '../core/InvalidSettings'
import { broken, InvalidSettings, isFunction, problem } from '../core/InvalidSettings'

/**
 * Throws `InvalidSettings` where an argument breaks its rule, or an option does or has a name that there is not.
 *
 * @internal
 */
export const check = (
  args: Readonly<Record<string, readonly [given: unknown, rule: Rule]>>,
  options?: readonly [given: unknown, rules: Readonly<Record<string, Rule>>]
): void => {
  const problems = [
    ...Object.entries(args).flatMap(([path, [given, rule]]) => broken({ [path]: rule }, { [path]: given }, [path])),
    ...(options === undefined ? [] : wrongOptions(...options))
  ]
  if (problems.length > 0) throw new InvalidSettings(undefined, problems) // eslint-disable-line functional/no-throw-statements -- what it is for
}

const wrongOptions = (given: unknown, rules: Readonly<Record<string, Rule>>): ReadonlyArray<Problem> => {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return [problem('options', given, 'an object of options')]
  const values = given as Readonly<Record<string, unknown>>
  return [...broken(rules, values), ...strangers(rules, values)].map((found) => ({
    ...found,
    path: `options.${found.path}`
  }))
}

/** @internal */
export const callable = (rule: string): Rule => ({ rule, holds: isFunction })

/** @internal */
export const withMethods = (names: ReadonlyArray<string>, rule: string): Rule => ({
  rule,
  holds: (given) => hasMethods(given, names)
})

/** @internal */
export const hasMethods = (given: unknown, names: ReadonlyArray<string>): boolean =>
  names.every((name) => isFunction((given as Readonly<Record<string, unknown>> | null | undefined)?.[name]))
