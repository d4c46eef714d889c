// Reads the daemon's OpenAPI document from standard input and writes what the
// client is generated from: without the routes of the original site, which no
// page uses, and with ids of operations that are names in TypeScript.
import { readFileSync, writeFileSync } from 'node:fs'

const document = JSON.parse(readFileSync(0, 'utf8'))
for (const [path, item] of Object.entries(document.paths)) {
  for (const [method, operation] of Object.entries(item)) {
    if (operation.tags?.includes('original') || path === '/healthz') delete item[method]
    else operation.operationId = operation.operationId.replace(/-(.)/g, (_, letter) => letter.toUpperCase())
  }
  if (Object.keys(item).length === 0) delete document.paths[path]
}
for (const schema of Object.values(document.components.schemas)) {
  // Further fields are let pass for old clients; ours sends none.
  if (schema.properties && schema.additionalProperties === true) delete schema.additionalProperties
}
document.info.version = 'devel' // the pages come with the daemon, whatever its version
writeFileSync('src/api/openapi.json', JSON.stringify(document, null, 1) + '\n')
