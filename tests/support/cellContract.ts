/**
 * What every cell promises (src/stores/Cell.ts), as one suite that runs on each.
 */
import type { Cell, Committed, Reading } from 'breaker-ts/Cell'
import { either as E } from 'fp-ts'
import type { TaskEither } from 'fp-ts/TaskEither'

/** Two cells on one store, as two processes have them. */
export interface Cells {
  readonly here: Cell
  readonly there: Cell
  /** The store loses the key. */
  readonly lose: (key: string) => Promise<void>
  /** Lets the time to live of a second end. */
  readonly aSecond: () => Promise<void>
}

export const right = async <A>(task: TaskEither<unknown, A>): Promise<A> => {
  const answer = await task()
  if (E.isLeft(answer)) throw answer.left
  return answer.right
}

export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 2))
}

const TEXTS = ['', 'a', '{"_tag":"Closed"}', 'line\nline\r\0', `"'\\/`, 'ü€😀\u2028', 'x'.repeat(100_000)]

const none = { version: '0', value: undefined, writer: '' }
const held = ({ version, value, writer }: Reading) => ({ version, value, writer })

/** `cells` is asked for each test, after whatever has to be set up. */
export const cellContract = (cells: () => Cells): void => {
  let key = ''
  beforeEach(() => {
    key = `cb:{contract ${Math.random()}}:s1`
  })

  const write = (cell: Cell, expected: string, value: string, writer = 'w', of = key): Promise<Committed> =>
    right(cell.compareAndSet(of, expected, value, writer, 60))

  const subscribed = async (cell: Cell, of = key) => {
    const pushes: Array<Reading> = []
    const unsubscribe = await right(
      cell.subscribe(
        of,
        (reading) => pushes.push(reading),
        () => undefined
      )
    )
    return { pushes, unsubscribe }
  }

  it('reads a key that holds nothing, and that is no error', async () => {
    expect(held(await right(cells().here.read(key)))).toEqual(none)
  })

  it('writes where nothing is, and every process reads it', async () => {
    const { here, there } = cells()
    const committed = await write(here, '0', 'a', 'me')
    expect(committed).toMatchObject({ applied: true, value: 'a', writer: 'me' })
    expect(held(await right(there.read(key)))).toEqual(held(committed))
  })

  it('keeps texts as they are', async () => {
    const { here, there } = cells()
    const { pushes, unsubscribe } = await subscribed(there)
    let version = '0'
    for (const given of TEXTS) {
      version = (await write(here, version, given, given.slice(0, 100))).version
      expect(held(await right(there.read(key)))).toEqual({ version, value: given, writer: given.slice(0, 100) })
    }
    await until(() => pushes.length === TEXTS.length)
    expect(pushes.map(({ value }) => value)).toEqual(TEXTS)
    await unsubscribe()
  })

  it('lets one of 50 writes that expect the same version win, and shows it to the others', async () => {
    const { here, there } = cells()
    const { version } = await write(here, '0', 'first')
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => write(i % 2 === 0 ? here : there, version, `value ${i}`, `writer ${i}`))
    )
    const winners = answers.filter(({ applied }) => applied)
    expect(winners).toHaveLength(1)
    answers.forEach((answer) => expect(held(answer)).toEqual(held(winners[0] as Committed)))
    expect(held(await right(there.read(key)))).toEqual(held(winners[0] as Committed))
  })

  it('lets one of 50 writes win where nothing was', async () => {
    const { here, there } = cells()
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, i) => write(i % 2 === 0 ? here : there, '0', `value ${i}`))
    )
    expect(answers.filter(({ applied }) => applied)).toHaveLength(1)
  })

  it('answers a conflict with what the key holds, and changes nothing', async () => {
    const { here, there } = cells()
    const first = await write(here, '0', 'a', 'me')
    const second = await write(there, '0', 'b', 'you')
    expect(second).toMatchObject({ applied: false, ...held(first) })
    expect(held(await right(here.read(key)))).toEqual(held(first))
  })

  it('takes no version that the key has had before', async () => {
    const { here } = cells()
    const first = await write(here, '0', 'a')
    const second = await write(here, first.version, 'b')
    expect(await write(here, first.version, 'c')).toMatchObject({ applied: false, ...held(second) })
  })

  it('gives every write a higher version, of at most 16 digits', async () => {
    const { here } = cells()
    const versions = [0]
    for (let version = '0'; versions.length < 200; versions.push(Number(version))) {
      version = (await write(here, version, 'a')).version
      expect(version).toMatch(/^\d{1,16}$/)
    }
    expect(versions).toEqual([...new Set(versions)].sort((a, b) => a - b))
  })

  it('gives a higher version to the first write after the key was lost', async () => {
    const { here, there, lose } = cells()
    const before = await write(here, '0', 'a')
    await lose(key)
    expect(held(await right(there.read(key)))).toEqual(none)
    expect(await write(there, before.version, 'b')).toMatchObject({ applied: false, ...none })
    const after = await write(there, '0', 'b')
    expect(after.applied).toBe(true)
    expect(Number(after.version)).toBeGreaterThan(Number(before.version))
  })

  it('keeps a key as long as it is asked to, from the last write on', async () => {
    const { here, aSecond } = cells()
    const first = await right(here.compareAndSet(key, '0', 'a', 'w', 1))
    const second = await right(here.compareAndSet(key, first.version, 'b', 'w', 60))
    await aSecond()
    expect(held(await right(here.read(key)))).toEqual(held(second))
    await right(here.compareAndSet(key, second.version, 'c', 'w', 1))
    await aSecond()
    expect(held(await right(here.read(key)))).toEqual(none)
  })

  it('tells the time of the store, which goes on, and is the same for all', async () => {
    const { here, there } = cells()
    const times = [await right(here.read(key)), await write(there, '0', 'a'), await right(here.read(key))].map(
      ({ nowSeconds }) => nowSeconds
    )
    expect(times.every(Number.isFinite)).toBe(true)
    expect([...times].sort((a, b) => a - b)).toEqual(times)
  })

  it('keeps keys apart', async () => {
    const { here } = cells()
    await write(here, '0', 'a')
    expect(held(await right(here.read(`${key} `)))).toEqual(none)
  })

  it('pushes a write to every process that subscribes, the writer too', async () => {
    const { here, there } = cells()
    const [ours, theirs] = [await subscribed(here), await subscribed(there)]
    const committed = await write(here, '0', 'a', 'me')
    await until(() => ours.pushes.length > 0 && theirs.pushes.length > 0)
    for (const { pushes } of [ours, theirs]) {
      expect(pushes.map(held)).toEqual([held(committed)])
      expect(Number.isFinite(pushes[0]?.nowSeconds)).toBe(true)
    }
    await Promise.all([ours.unsubscribe(), theirs.unsubscribe()])
  })

  it('pushes neither a conflict nor a write to another key', async () => {
    const { here, there } = cells()
    const { pushes, unsubscribe } = await subscribed(there)
    const other = `${key} other`
    await write(here, '0', 'a', 'w', other)
    await write(here, 'no such version', 'b')
    const committed = await write(here, '0', 'c')
    await until(() => pushes.length > 0)
    expect(pushes.map(held)).toEqual([held(committed)])
    await unsubscribe()
  })

  it('pushes no more after the end of a subscription, and on to the others', async () => {
    const { here, there } = cells()
    const [first, second] = [await subscribed(there), await subscribed(there)]
    const { version } = await write(here, '0', 'a')
    await until(() => first.pushes.length === 1 && second.pushes.length === 1)
    await first.unsubscribe()
    await first.unsubscribe()
    await write(here, version, 'b')
    await until(() => second.pushes.length === 2)
    expect(first.pushes).toHaveLength(1)
    await second.unsubscribe()
    await second.unsubscribe()
  })
}
