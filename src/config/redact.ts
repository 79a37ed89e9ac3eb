import { isRecord } from '../base/schema/json.ts';
import { ANYTHING } from '../base/schema/scalars.ts';
import type { ObjectShape, Shape } from '../base/schema/schema.ts';
import type { Catalogue } from './catalogue.ts';
import { configuration } from './model/configuration.ts';

/** What stands where a secret was. */
export const REDACTED = '[redacted]';

/** Keys that hold secrets wherever they stand, for what no schema knows: settings of filters, of drivers, of plugins. */
const SECRET_KEY = /passw(?:or)?d|passphrase|secret|token|credential|authentication|private_?key|api_?key|inline_?string/i;

/** Headers whose values are secrets. */
const SECRET_HEADER = /^(?:proxy-)?authorization$|cookie|token|secret|password|api-?key/i;

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** The password in `scheme://user:password@host`. */
const PASSWORD_IN_URL = /(\/\/[^/\s:@]*:)[^/\s@]+@/g;

/** Deeper than any configuration goes. What lies further in is not shown. */
const DEEPEST = 200;

/**
 * A copy of a document as it was written, to be shown: without what the schema calls secret, without what has a secret's name,
 * and without private keys and passwords in addresses wherever they stand. Never throws.
 */
export function redact(document: unknown, catalogue: Catalogue): unknown {
  return copy(document, configuration(catalogue).shape, 0);
}

function copy(value: unknown, shape: Shape | undefined, depth: number): unknown {
  if (depth > DEEPEST) return REDACTED;
  if (shape?.kind === 'leaf' && shape.secret === true) return hidden(value);
  if (typeof value === 'string') return PRIVATE_KEY.test(value) ? REDACTED : value.replace(PASSWORD_IN_URL, `$1${REDACTED}@`);
  if (Array.isArray(value)) {
    const item = shape?.kind === 'list' ? shape.of : undefined;
    return value.map((each: unknown) => copy(each, item, depth + 1));
  }
  if (!isRecord(value)) return value;
  const secretHeader = Object.entries(value).some(
    ([key, name]) => /^(?:key|name)$/i.test(key) && typeof name === 'string' && SECRET_HEADER.test(name),
  );
  const entries = Object.entries(value).map(([key, each]) => {
    if (secretHeader && /^value$/i.test(key)) return [key, hidden(each)];
    const inner = shapeAt(shape, key, value);
    if (inner === undefined && SECRET_KEY.test(key) && !isRecord(each)) return [key, hidden(each)];
    return [key, copy(each, inner, depth + 1)];
  });
  return Object.fromEntries(entries);
}

/** What shows whether there was anything. */
function hidden(value: unknown): unknown {
  return value === null || value === '' || typeof value === 'boolean' ? value : REDACTED;
}

/** The shape of what stands under a key; undefined where the schema knows nothing of it. */
function shapeAt(shape: Shape | undefined, key: string, value: Readonly<Record<string, unknown>>): Shape | undefined {
  switch (shape?.kind) {
    case 'object':
      return fieldAt(shape, key);
    case 'dictionary':
      return known(shape.of);
    case 'choice':
      return shape.of.map((each) => shapeAt(each, key, value)).find((each) => each !== undefined);
    case 'variants': {
      if (key.toLowerCase() !== 'config') return fieldAt(shape.entry, key);
      const type = Object.entries(value).find(([each]) => each.toLowerCase() === 'type')?.[1];
      return typeof type === 'string' ? shape.of.get(type) : undefined;
    }
    default:
      return undefined;
  }
}

function fieldAt(shape: ObjectShape, key: string): Shape | undefined {
  const lower = key.toLowerCase();
  const field = shape.fields.find((each) => [each.key, ...each.aliases].some((name) => name.toLowerCase() === lower));
  return field && known(field.shape);
}

function known(shape: Shape): Shape | undefined {
  return shape === ANYTHING ? undefined : shape;
}
