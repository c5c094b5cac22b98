/**
 * A number from a text, the same in every process.
 *
 * @since 0.1.0
 */

/**
 * 32 bits that look random, as a signed integer: FNV-1a over the text, with the bits mixed once more at the end, as
 * MurmurHash3 does. Texts that were made to share their bits share them by one seed only.
 *
 * @internal
 */
export const hash = (text: string, seed: number = 0): number => {
  let bits = 0x811c9dc5 ^ seed
  for (let i = 0; i < text.length; i++) bits = Math.imul(bits ^ text.charCodeAt(i), 0x01000193)
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
