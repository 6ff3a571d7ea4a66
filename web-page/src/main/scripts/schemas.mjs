// schemas.mjs PLANNER: writes the schemas of a running planner's OpenAPI document to api-schemas.json, of which the types of the page
// are made. Without an address it compares nothing and writes nothing.
import { writeFileSync } from 'node:fs';

const planner = process.argv[2];
if (planner === undefined) {
  console.error('which planner? npm run schemas -- http://127.0.0.1:8080');
  process.exit(2);
}

/** Types are made of it: what is there for readers alone is left out, and keys are in order. */
export function bare(schema) {
  if (Array.isArray(schema)) {
    return schema.map(bare);
  }
  if (schema === null || typeof schema !== 'object') {
    return schema;
  }
  return Object.fromEntries(
    Object.keys(schema)
      .filter((key) => !['example', 'examples', 'description'].includes(key))
      .sort()
      .map((key) => [key, bare(schema[key])]),
  );
}

const answer = await fetch(new URL('/q/openapi?format=json', planner));
if (!answer.ok) {
  console.error(`${planner} answers ${answer.status}`);
  process.exit(1);
}
const { openapi, info, components } = await answer.json();
const document = {
  openapi,
  info: { title: info.title, version: info.version },
  paths: {},
  components: { schemas: bare(components.schemas) },
};
writeFileSync(process.argv[3] ?? 'api-schemas.json', `${JSON.stringify(document, null, 1)}\n`);
