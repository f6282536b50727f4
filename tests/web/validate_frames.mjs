// The catalogue of frames (docs/asyncapi.json) against the frame vectors, with a validator that
// others wrote: every frame that has to be accepted fits its schema, and of those that have to be
// refused because of a field most do not. What a schema cannot say (the same key twice, an
// exponent) is not asked of it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv';

const root = process.env.DRAFTPROOF_ROOT ?? process.cwd();
const read = (path) => JSON.parse(readFileSync(join(root, path), 'utf8'));
const catalogue = read('docs/asyncapi.json');
const ajv = new Ajv({ strict: false, allErrors: true });
ajv.addSchema({ $id: 'catalogue', components: catalogue.components });

// Name and fields of either envelope; null for what is no frame of the catalogue.
function unwrapped(text) {
  let frame;
  try { frame = JSON.parse(text); } catch { return null; }
  const enveloped = typeof frame?.type === 'string';
  const name = enveloped ? frame.type : frame?.event;
  if (!Object.hasOwn(catalogue.components.schemas, name ?? '')) return null;
  return { name, fields: enveloped ? frame.payload ?? {} : frame };
}

// What a receiver forgives, and no sender may write.
const forgiven = new Set(['what lies beyond 200 entries is not read']);
const counts = { fits: 0, refused: 0, 'beyond a schema': 0 };
const wrong = [];
const unseen = new Set(Object.keys(catalogue.components.schemas));
for (const side of ['client', 'server']) {
  for (const { tests } of read(`conformance/vectors/frames_at_${side}.json`).testGroups) {
    for (const { tcId, comment, result, input } of tests) {
      const frame = input.text === undefined ? null : unwrapped(input.text);
      if (!frame || forgiven.has(comment)) continue;
      const fits = ajv.getSchema(`catalogue#/components/schemas/${frame.name}`);
      const ok = fits(frame.fields);
      if (result === 'valid') unseen.delete(frame.name);
      if (result === 'valid' && !ok) {
        wrong.push(`${side} ${tcId} ${comment}: ${ajv.errorsText(fits.errors)}`);
      }
      counts[ok ? (result === 'valid' ? 'fits' : 'beyond a schema') : 'refused']++;
    }
  }
}
for (const name of unseen) wrong.push(`no valid vector of ${name}`);
if (counts.refused < 4 * counts['beyond a schema']) wrong.push('few wrong fields are refused');
for (const { payload } of Object.values(catalogue.components.messages)) {
  if (!ajv.validateSchema(payload)) wrong.push(ajv.errorsText());
}
console.log(wrong.join('\n'));
console.log(`frames: ${Object.entries(counts).map(([what, n]) => `${n} ${what}`).join(', ')}`);
process.exitCode = wrong.length > 0 ? 1 : 0;
