// After Vite: compresses what a browser takes compressed, and ends the build where the first load is more than it may be.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

const FOLDER = 'target/classes/calico-fleet-page';
/** Of all scripts that are there before anything is shown, compressed. */
const MOST_SCRIPT_BYTES = 250_000;

const files = readdirSync(FOLDER, { recursive: true })
  .map((name) => join(FOLDER, name))
  .filter((file) => statSync(file).isFile() && /\.(js|css|html|svg|webmanifest)$/.test(file));
const sizes = new Map();
for (const file of files) {
  const compressed = gzipSync(readFileSync(file), { level: 9 });
  writeFileSync(`${file}.gz`, compressed);
  sizes.set(file, compressed.length);
}
const index = readFileSync(join(FOLDER, 'index.html'), 'utf8');
if (/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/.test(index)) {
  console.error('index.html has something inline, which the policy of the page does not allow');
  process.exit(1);
}
const first = [...index.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((match) => join(FOLDER, match[1]));
const scripts = first.reduce((sum, file) => sum + sizes.get(file), 0);
console.log(`first load: ${Math.round(scripts / 1000)} kB of scripts in ${first.length} files, compressed`);
if (first.length === 0 || scripts > MOST_SCRIPT_BYTES) {
  console.error(`the first load may have ${MOST_SCRIPT_BYTES / 1000} kB of scripts`);
  process.exit(1);
}
