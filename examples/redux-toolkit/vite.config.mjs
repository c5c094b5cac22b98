// Serves the page, the built package as a browser gets it, and a service that can be broken.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')
const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))

const service = () => {
  let isBroken = false
  const answer = (request, response, next) => {
    const path = request.url.split('?')[0]
    if (!path.startsWith('/api/')) return next()
    if (path !== '/api/price') isBroken = path === '/api/break'
    response.statusCode = path === '/api/price' && isBroken ? 503 : 200
    response.end()
  }
  return { name: 'service', configureServer: ({ middlewares }) => void middlewares.use(answer) }
}

export default {
  root: import.meta.dirname,
  cacheDir: join(root, 'node_modules/.vite'),
  resolve: {
    alias: Object.entries(exports).flatMap(([path, { module }]) =>
      module ? [{ find: new RegExp(`^breaker-ts${path.slice(1)}$`), replacement: join(root, module) }] : []
    )
  },
  plugins: [service()]
}
