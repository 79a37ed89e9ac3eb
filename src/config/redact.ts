import type { Catalogue } from './catalogue.ts';
import { configuration } from './model/configuration.ts';
import { isRecord } from './schema/json.ts';
import type { ObjectShape, Shape } from './schema/schema.ts';

/** What stands where a secret was. */
export const REDACTED = '[redacted]';

/** Keys that hold secrets wherever they stand, for what no schema knows: settings of filters, of drivers, of plugins. */
const SECRET_KEY = /passw(?:or)?d|passphrase|secret|token|credential|authentication|private_?key|api_?key|inline_?string/i;

const PRIVATE_KEY = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;

/** Deeper than any configuration goes. What lies further in is left out. */
const DEEPEST = 200;

/**
 * A copy of a document as it was written, to be shown: without what the schema calls secret, without what has a secret's name,
 * and without private keys wherever they stand. Never throws.
 */
export function redact(document: unknown, catalogue: Catalogue): unknown {
  return copy(document, configuration(catalogue).shape, 0);
}

function copy(value: unknown, shape: Shape | undefined, depth: number): unknown {
  if (depth > DEEPEST) return REDACTED;
  if (typeof value === 'string') return (isSecret(shape) && value !== '') || PRIVATE_KEY.test(value) ? REDACTED : value;
  if (Array.isArray(value)) {
    const item = shape?.kind === 'list' ? shape.of : undefined;
    return value.map((each: unknown) => (isSecret(shape) ? REDACTED : copy(each, item, depth + 1)));
  }
  if (!isRecord(value)) return isSecret(shape) && value !== null ? REDACTED : value;
  const entries = Object.entries(value).map(([key, each]) => {
    const inner = shapeAt(shape, key, value);
    if (inner === undefined && SECRET_KEY.test(key) && typeof each === 'string' && each !== '') return [key, REDACTED];
    return [key, copy(each, inner, depth + 1)];
  });
  return Object.fromEntries(entries);
}

function isSecret(shape: Shape | undefined): boolean {
  return shape?.kind === 'leaf' && shape.secret === true;
}

/** The shape of what stands under a key; undefined where the schema knows nothing of it, or nothing of what is in it. */
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

/** A value of which the schema says "anything" is one of which it knows nothing. */
function known(shape: Shape): Shape | undefined {
  return shape.kind === 'leaf' && shape.takes === 'anything' ? undefined : shape;
}
