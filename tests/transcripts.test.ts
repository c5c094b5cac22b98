import * as fs from 'fs'
import * as path from 'path'

import { play } from './support/transcript'

const folder = path.join(__dirname, 'transcripts')

describe('the transcripts in tests/transcripts', () => {
  it.each(fs.readdirSync(folder))('%s tells what the machine does', (file) => {
    const text = fs.readFileSync(path.join(folder, file), 'utf8')
    expect(play(text)).toBe(text)
  })
})
