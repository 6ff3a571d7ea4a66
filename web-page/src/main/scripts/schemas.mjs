// schemas.mjs PLANNER: writes the schemas of a running planner to api-schemas.json, of which the types of the page are made.
import { writeFileSync } from 'node:fs';
import { schemasOf } from './api.mjs';

const planner = process.argv[2];
if (planner === undefined) {
  console.error('which planner? npm run schemas -- http://127.0.0.1:8080');
  process.exit(2);
}
writeFileSync('api-schemas.json', await schemasOf(planner));
