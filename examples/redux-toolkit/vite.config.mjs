// Serves the page, the built package as a browser gets it, and two services that can be broken.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const services = () => {
  const broken = new Set()
  const answer = (request, response, next) => {
    const [, api, service, change] = request.url.split(/[/?]/)
    if (api !== 'api') return next()
    if (change === 'break') broken.add(service)
    if (change === 'repair') broken.delete(service)
    response.statusCode = change === undefined && broken.has(service) ? 503 : 200
    response.end()
  }
  return { name: 'services', configureServer: ({ middlewares }) => void middlewares.use(answer) }
}

export default {
  root: import.meta.dirname,
  cacheDir: join(root, 'node_modules/.vite'),
  resolve: {
    alias: Object.entries(exports).flatMap(([path, { module }]) =>
      module ? [{ find: new RegExp(`^breaker-ts${path.slice(1)}$`), replacement: join(root, module) }] : []
    )
  },
  plugins: [services()]
}
