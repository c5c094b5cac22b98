/**
 * Text for an HTML page in which nothing that comes from data can be anything but text.
 *
 * @since 0.1.0
 */

/**
 * Markup as it goes into the page.
 *
 * @internal
 */
export interface Markup {
  readonly markup: string
}

/**
 * What may stand in a template: text, which is escaped, or markup.
 *
 * @internal
 */
export type Content = string | number | Markup | ReadonlyArray<Markup>

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;'
}

const textOf = (content: Content): string => {
  if (typeof content === 'number') return `${content}`
  if (typeof content === 'string') return content.replace(/[&<>"']/g, (character) => ESCAPES[character] as string)
  return 'markup' in content ? content.markup : content.map(({ markup }) => markup).join('')
}

/**
 * A template of markup: `` markup`<b>${name}</b>` ``. Whatever is put into it is escaped, unless it is markup itself.
 *
 * @internal
 */
export const markup = (parts: TemplateStringsArray, ...contents: ReadonlyArray<Content>): Markup => ({
  markup: parts.map((part, i) => `${part}${i < contents.length ? textOf(contents[i] as Content) : ''}`).join('')
})

/**
 * What is known to be safe: the script and the style of the page.
 *
 * @internal
 */
export const trusted = (text: string): Markup => ({ markup: text })

/**
 * Data for a `<script type="application/json">`: no `<` in it, so nothing can end the element.
 *
 * @internal
 */
export const json = (data: unknown): Markup => trusted(JSON.stringify(data).replace(/</g, '\\u003c'))
