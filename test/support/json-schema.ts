import { inWords, isRecord } from '../../src/base/schema/json.ts';

type Schema = Readonly<Record<string, unknown>>;

/** Where a value breaks a JSON Schema, as far as the keywords go that ours has; a keyword that it does not know throws. */
export function violations(value: unknown, schema: Schema, root: Schema = schema, path = ''): readonly string[] {
  const inner = (each: unknown, of: unknown, step: string) => violations(each, of as Schema, root, `${path}/${step}`);
  return Object.entries(schema).flatMap(([keyword, wanted]): readonly string[] => {
    const complain = (good: boolean) => (good ? [] : [`${path}: ${inWords(value)} breaks ${keyword} ${JSON.stringify(wanted)}`]);
    switch (keyword) {
      case '$schema':
      case '$defs':
      case 'title':
      case 'description':
      case 'default':
      case 'writeOnly':
      case 'then':
        return [];
      case '$ref':
        return violations(value, resolve(String(wanted), root), root, path);
      case 'type':
        return complain([wanted].flat().some((type) => isOfType(value, String(type))));
      case 'enum':
        return complain((wanted as unknown[]).includes(value));
      case 'const':
        return complain(value === wanted);
      case 'minimum':
        return complain(typeof value !== 'number' || value >= Number(wanted));
      case 'maximum':
        return complain(typeof value !== 'number' || value <= Number(wanted));
      case 'minLength':
        return complain(typeof value !== 'string' || value.length >= Number(wanted));
      case 'pattern':
        return complain(typeof value !== 'string' || new RegExp(String(wanted)).test(value));
      case 'required':
        return complain(!isRecord(value) || (wanted as string[]).every((key) => Object.hasOwn(value, key)));
      case 'properties':
        if (!isRecord(value)) return [];
        return Object.entries(wanted as object).flatMap(([key, of]) => (Object.hasOwn(value, key) ? inner(value[key], of, key) : []));
      case 'additionalProperties':
        return isRecord(value) ? Object.entries(value).flatMap(([key, each]) => inner(each, wanted, key)) : [];
      case 'items':
        return Array.isArray(value) ? value.flatMap((each, index) => inner(each, wanted, String(index))) : [];
      case 'anyOf':
        return complain((wanted as Schema[]).some((each) => violations(value, each, root).length === 0));
      case 'allOf':
        return (wanted as Schema[]).flatMap((each) => violations(value, each, root, path));
      case 'if':
        return violations(value, wanted as Schema, root).length === 0 ? violations(value, schema['then'] as Schema, root, path) : [];
      default:
        throw new Error(`the keyword ${keyword} is not known here`);
    }
  });
}

function resolve(reference: string, root: Schema): Schema {
  const found = reference
    .slice(2)
    .split('/')
    .reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), root);
  if (!isRecord(found)) throw new Error(`${reference} leads nowhere`);
  return found;
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'object':
      return isRecord(value);
    case 'array':
      return Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}
