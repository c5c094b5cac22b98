// Whether a tag may be published: it is the version of package.json, which names this repository (npm refuses provenance
// otherwise), and CHANGELOG.md says what is in it. GitHub gives the tag and the repository.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const { GITHUB_REF_NAME: tag, GITHUB_REPOSITORY: repository } = process.env
const { version, repository: named } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
const changelog = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')
const url = typeof named === 'string' ? named : named?.url

const problems = [
  tag === `v${version}` ? [] : [`GITHUB_REF_NAME: given ${tag}, expected v${version}, the version of package.json`],
  url !== undefined && new RegExp(`[/:]${repository}(\\.git)?$`).test(url)
    ? []
    : [`repository of package.json: given ${url}, expected the URL of ${repository}, for the provenance`],
  changelog.includes(`\n# ${version}\n`) ? [] : [`CHANGELOG.md: expected a heading "# ${version}"`]
].flat()

for (const problem of problems) console.error(problem)
if (problems.length === 0) console.log(`v${version} may be published`)
process.exitCode = problems.length === 0 ? 0 : 1
