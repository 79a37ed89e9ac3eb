import type { Json } from '../../base/schema/json.ts';
import type { FieldShape, JsonSchema, ObjectShape, Shape, Variants } from '../../base/schema/schema.ts';

/**
 * The JSON Schema (draft 2020-12) of a shape, for editors. It knows each key in its own spelling only; that other cases are read
 * too cannot be said in it. Keys that nobody knows are let through, as they are when a configuration is read.
 */
export function jsonSchemaOf(shape: ObjectShape): JsonSchema {
  const definitions = new Map<string, JsonSchema>();
  const root = reference(shape, definitions);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Meshloom configuration',
    ...root,
    $defs: Object.fromEntries([...definitions].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function schemaOf(shape: Shape, definitions: Map<string, JsonSchema>): JsonSchema {
  switch (shape.kind) {
    case 'leaf':
      return shape.json;
    case 'list':
      return { type: 'array', items: schemaOf(shape.of, definitions) };
    case 'dictionary':
      return { type: 'object', additionalProperties: schemaOf(shape.of, definitions) };
    case 'choice':
      return { anyOf: shape.of.map((each) => schemaOf(each, definitions)) };
    case 'variants':
      return { ...reference(shape.entry, definitions), ...variants(shape, definitions) };
    case 'object':
      return reference(shape, definitions);
  }
}

function variants({ of }: Variants, definitions: Map<string, JsonSchema>): JsonSchema {
  return of.size === 0 ? {} : { allOf: Array.from(of, ([type, config]) => variant(type, config, definitions)) };
}

/** If it is of this type, then this is what its configuration is. */
function variant(type: string, config: Shape, definitions: Map<string, JsonSchema>): JsonSchema {
  return {
    if: { properties: { type: { const: type } }, required: ['type'] },
    // biome-ignore lint/suspicious/noThenProperty: JSON Schema calls it so
    then: { properties: { config: schemaOf(config, definitions) } },
  };
}

function reference(shape: ObjectShape, definitions: Map<string, JsonSchema>): JsonSchema {
  const name = shape.name.toLowerCase().replaceAll(' ', '-');
  if (!definitions.has(name)) {
    // Its place is taken first, so that its turn does not come twice.
    definitions.set(name, {});
    const required = shape.fields.filter((field) => field.required).map((field) => field.key);
    definitions.set(name, {
      type: 'object',
      description: shape.about,
      properties: Object.fromEntries(shape.fields.map((field) => [field.key, property(field, definitions)])),
      ...(required.length === 0 ? {} : { required }),
    });
  }
  return { $ref: `#/$defs/${name}` };
}

function property(field: FieldShape, definitions: Map<string, JsonSchema>): JsonSchema {
  const { standing, about, fallback } = field;
  const remarks = standing.is === 'acted-upon' ? about : `${about} Not acted upon: ${standing.why}.`;
  return { ...schemaOf(field.shape, definitions), description: remarks, ...(isShown(fallback) ? { default: fallback } : {}) };
}

/** An empty object as a default says only that what is in it has defaults of its own. */
function isShown(fallback: Json | undefined): fallback is Json {
  return fallback !== undefined && JSON.stringify(fallback) !== '{}';
}
