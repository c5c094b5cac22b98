import { CircuitOpenError } from 'breaker-ts/CircuitOpenError'
import { orElseWhenOpen, orElseWhenOpenIO, orElseWhenOpenReader } from 'breaker-ts/Fallback'
import { expectTypeOf } from 'expect-type'
import * as E from 'fp-ts/Either'
import { pipe } from 'fp-ts/function'
import * as IOE from 'fp-ts/IOEither'
import * as RTE from 'fp-ts/ReaderTaskEither'
import * as TE from 'fp-ts/TaskEither'

const rejection = new CircuitOpenError('prices', 'open', 5)
type Result = E.Either<CircuitOpenError | string, number>

// The three combinators, each on its own kind of call.
const kinds: ReadonlyArray<{
  readonly name: string
  readonly run: (
    result: Result,
    fallback: (rejection: CircuitOpenError) => E.Either<boolean, Date>
  ) => Promise<E.Either<string | boolean, number | Date>>
}> = [
  {
    name: 'orElseWhenOpen',
    run: (result, fallback) => {
      const handled = pipe(
        TE.fromEither(result),
        orElseWhenOpen((rejected) => TE.fromEither(fallback(rejected)))
      )
      expectTypeOf(handled).toEqualTypeOf<TE.TaskEither<string | boolean, number | Date>>()
      return handled()
    }
  },
  {
    name: 'orElseWhenOpenIO',
    run: async (result, fallback) => {
      const handled = pipe(
        IOE.fromEither(result),
        orElseWhenOpenIO((rejected) => IOE.fromEither(fallback(rejected)))
      )
      expectTypeOf(handled).toEqualTypeOf<IOE.IOEither<string | boolean, number | Date>>()
      return handled()
    }
  },
  {
    name: 'orElseWhenOpenReader',
    run: (result, fallback) => {
      const handled = pipe(
        RTE.asksReaderTaskEither(({ call }: { readonly call: Result }) => RTE.fromEither(call)),
        orElseWhenOpenReader((rejected) =>
          RTE.asksReaderTaskEither((env: { readonly instead: typeof fallback }) =>
            RTE.fromEither(env.instead(rejected))
          )
        )
      )
      expectTypeOf(handled).returns.toEqualTypeOf<TE.TaskEither<string | boolean, number | Date>>()
      return handled({ call: result, instead: fallback })()
    }
  }
]

describe.each(kinds)('$name', ({ run }) => {
  it('runs the fallback with the rejection when the breaker rejected', async () => {
    const fallback = jest.fn(() => E.right(new Date(0)))
    expect(await run(E.left(rejection), fallback)).toEqual(E.right(new Date(0)))
    expect(fallback).toHaveBeenCalledWith(rejection)
    expect(await run(E.left(rejection), () => E.left(true))).toEqual(E.left(true))
  })

  it('leaves a value and an error of the operation as they are, and does not run the fallback', async () => {
    const fallback = jest.fn(() => E.right(new Date(0)))
    const [value, error] = [E.right(1), E.left('503')]
    expect(await run(value, fallback)).toBe(value)
    expect(await run(error, fallback)).toBe(error)
    expect(fallback).not.toHaveBeenCalled()
  })
})
