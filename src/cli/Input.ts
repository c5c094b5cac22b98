/**
 * Reads files and standard input, zipped or not, as text, piece by piece.
 *
 * @since 0.1.0
 */
import { createReadStream, statSync } from 'node:fs'
import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'

import { fileProblem } from './Inquiry'

/** What a command reads from and writes to. `process` is one.
 * @internal
 */
export interface Terminal {
  readonly stdin: AsyncIterable<Uint8Array | string>
  readonly stdout: { readonly write: (text: string) => unknown }
  readonly stderr: { readonly write: (text: string) => unknown; readonly isTTY?: boolean }
}

/** Where the reading of a file is.
 * @internal
 */
export interface Progress {
  readonly readBytes: number
  /** `undefined` for standard input. */
  readonly totalBytes: number | undefined
}

const isZipped = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const bytesOf = (piece: Uint8Array | string): Uint8Array =>
  typeof piece === 'string' ? new TextEncoder().encode(piece) : piece

// The source with its first bytes looked at.
async function* counted(
  source: AsyncIterable<Uint8Array | string>,
  onBytes: (bytes: number) => void
): AsyncGenerator<Uint8Array> {
  for await (const piece of source) {
    const bytes = bytesOf(piece)
    onBytes(bytes.length)
    yield bytes
  }
}

async function* unzipped(source: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  const first = await source.next()
  if (first.done === true) return
  const all = (async function* () {
    yield first.value
    yield* source
  })()
  if (!isZipped(first.value)) {
    yield* all
    return
  }
  const gunzip = createGunzip()
  pipeline(Readable.from(all), gunzip, () => undefined) // an error ends the loop below
  for await (const piece of gunzip) yield piece as Uint8Array
}

/**
 * The text of a file; `-` is standard input. Zipped text is unzipped, whatever the name.
 *
 * @internal
 */
export async function* textOf(
  file: string,
  terminal: Terminal,
  onProgress: (progress: Progress) => void
): AsyncGenerator<string> {
  try {
    yield* piecesOf(file, terminal, onProgress)
  } catch (error) {
    throw fileProblem(error, file) ?? error
  }
}

async function* piecesOf(
  file: string,
  { stdin }: Terminal,
  onProgress: (progress: Progress) => void
): AsyncGenerator<string> {
  const totalBytes = file === '-' ? undefined : statSync(file).size
  let readBytes = 0
  const source = counted(file === '-' ? stdin : createReadStream(file), (bytes) => {
    readBytes += bytes
    onProgress({ readBytes, totalBytes })
  })
  const decoder = new TextDecoder()
  for await (const piece of unzipped(source)) yield decoder.decode(piece, { stream: true })
  yield decoder.decode()
}
