import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { list } from '../../../src/base/schema/collections.ts';
import { defaulted, ignored, optional, refused, required } from '../../../src/base/schema/fields.ts';
import { isRecord } from '../../../src/base/schema/json.ts';
import { object } from '../../../src/base/schema/object.ts';
import { Report } from '../../../src/base/schema/report.ts';
import { integer, text } from '../../../src/base/schema/scalars.ts';
import type { FieldShape, Shape } from '../../../src/base/schema/schema.ts';
import { jsonSchemaOf } from '../../../src/config/documentation/json-schema.ts';
import { markdownOf } from '../../../src/config/documentation/markdown.ts';
import { configuration } from '../../../src/config/model/configuration.ts';
import { generatedPages } from '../../../src/server/documentation/generated.ts';
import { catalogue } from '../../support/catalogue.ts';
import { edited, PATHS } from '../../support/checked.ts';
import { violations } from '../../support/json-schema.ts';

const root = new URL('../../../../', import.meta.url);

const pages = await generatedPages();

for (const [path, current] of pages) {
  test(`${path} is up to date (if not: npm run docs)`, () => {
    assert.equal(readFileSync(new URL(path, root), 'utf8'), current);
  });
}

/** Every field of the configuration with the object that it stands in, each once. */
function fields(shape: Shape, seen = new Map<string, readonly FieldShape[]>()): ReadonlyMap<string, readonly FieldShape[]> {
  switch (shape.kind) {
    case 'list':
    case 'dictionary':
      fields(shape.of, seen);
      break;
    case 'choice':
      for (const each of shape.of) fields(each, seen);
      break;
    case 'variants':
      fields(shape.entry, seen);
      for (const each of shape.of.values()) fields(each, seen);
      break;
    case 'object':
      if (seen.has(shape.name)) break;
      seen.set(shape.name, shape.fields);
      for (const field of shape.fields) fields(field.shape, seen);
  }
  return seen;
}

const all = fields(configuration(catalogue({ protocols: new Map() })).shape);

test('every key has a line in docs/configuration.md that says whether it is acted upon', () => {
  const page = pages.get('docs/configuration.md')!;
  let count = 0;
  for (const [name, keys] of all) {
    const section = page.split(/^## /m).find((each) => each.startsWith(`${name}\n`));
    assert.ok(section, name);
    for (const { key } of keys) {
      const line = section.split('\n').find((each) => each.startsWith(`| \`${key}\``));
      assert.match(line ?? key, /\| (acted upon|ignored: [^|]+|ignored, and an error when it is there: [^|]+) \|$/);
      count++;
    }
  }
  assert.ok(count > 200, String(count));
});

test('settings of a protocol are documented where configurations have them', () => {
  const page = markdownOf(configuration(catalogue()).shape);
  assert.ok(page.includes('| `http1` | [Settings of http1](#settings-of-http1) |  | Settings of the protocol http1. | acted upon |'));
  assert.ok(page.includes('| `max_head_bytes` | integer from 1024 to 1048576 | 65536 | Bytes of a head. | acted upon |'));
  assert.match(JSON.stringify(jsonSchemaOf(configuration(catalogue()).shape)), /"settings-of-http1":\{"type":"object"/);
});

test('links of the page lead somewhere', () => {
  const page = pages.get('docs/configuration.md')!;
  const titles = new Set(Array.from(page.matchAll(/^## (.*)$/gm), ([, title]) => title!.toLowerCase().replaceAll(' ', '-')));
  for (const [, target] of page.matchAll(/\]\(#([^)]*)\)/g)) assert.ok(titles.has(target!), target!);
});

test('every default is one that its own schema takes without a word', () => {
  const report = new Report();
  // Every object of the file, with nothing in it but what it must have, takes all its defaults.
  const walk = (shape: Shape): void => {
    for (const keys of fields(shape).values()) {
      for (const { fallback, key } of keys) assert.notEqual(fallback, null, key);
    }
  };
  const schema = configuration(catalogue());
  walk(schema.shape);
  schema.read(
    {
      servers: [
        {
          listeners: [
            {
              address: ':1',
              access_logs: [{}],
              filter_chains: [
                {
                  filters: [
                    {
                      type: 'proxy',
                      config: { downstream_protocol: 'http1', router_config_name: 'a', fallback_for_unknown_protocol: true },
                    },
                    { type: 'tcp_proxy', config: { cluster: 'a', routes: [{ cluster: 'a' }] } },
                  ],
                },
              ],
            },
          ],
          routers: [
            {
              router_config_name: 'a',
              virtual_hosts: [
                {
                  routers: [
                    {
                      match: { headers: [{ name: 'a' }], query_parameters: [{ name: 'a' }] },
                      route: {
                        cluster_name: 'a',
                        request_headers_to_add: [{ header: { key: 'a' } }],
                        regex_rewrite: { pattern: { regex: 'a' } },
                        weighted_clusters: [{ cluster: { name: 'a', weight: 1 } }],
                      },
                    },
                    { redirect: {} },
                    { direct_response: { status: 200 } },
                  ],
                },
              ],
            },
          ],
        },
      ],
      cluster_manager: { clusters: [{ name: 'a', hosts: [{ address: 'a:1' }] }] },
      admin: { address: { socket_address: { port_value: 1 } } },
    },
    report,
  );
  assert.deepEqual(
    report.problems.filter(({ path }) => !path.endsWith('bind_port')),
    [],
  );
});

const sample = object('Sample', 'A sample.', {
  name: required(text({ atLeast: 1 }), 'The name | of it.'),
  parts: defaulted(list(object('Part', 'A part.', { size: defaulted(integer(1, 9), 3, 'Its size.') })), [], 'The parts.', {
    aliases: ['pieces'],
  }),
  colour: ignored(object('Colour', 'A colour.', { red: optional(integer(), 'Red.') }), 'it is dark', 'The colour.'),
  weight: refused(text(), 'it is too heavy', 'The weight.'),
});

test('a page has a table for each object, where what stands in an ignored one is ignored too', () => {
  assert.equal(
    markdownOf(sample.shape),
    `## Sample

A sample.

| Key | Type | Default | Meaning | Status |
|---|---|---|---|---|
| \`name\` | string | required | The name \\| of it. | acted upon |
| \`parts\` or \`pieces\` | list of [Part](#part) | none | The parts. | acted upon |
| \`colour\` | [Colour](#colour) |  | The colour. | ignored: it is dark |
| \`weight\` | string |  | The weight. | ignored, and an error when it is there: it is too heavy |

## Part

A part. At \`parts[]\`.

| Key | Type | Default | Meaning | Status |
|---|---|---|---|---|
| \`size\` | integer from 1 to 9 | 3 | Its size. | acted upon |

## Colour

A colour. At \`colour\`.

| Key | Type | Default | Meaning | Status |
|---|---|---|---|---|
| \`red\` | integer |  | Red. | ignored: it is dark |
`,
  );
});

test('a JSON Schema has a definition for each object', () => {
  assert.deepEqual(jsonSchemaOf(sample.shape), {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Meshloom configuration',
    $ref: '#/$defs/sample',
    $defs: {
      colour: { type: 'object', description: 'A colour.', properties: { red: { type: 'integer', minimum: 0, description: 'Red.' } } },
      part: {
        type: 'object',
        description: 'A part.',
        properties: { size: { type: 'integer', minimum: 1, maximum: 9, description: 'Its size.', default: 3 } },
      },
      sample: {
        type: 'object',
        description: 'A sample.',
        properties: {
          name: { type: 'string', minLength: 1, description: 'The name | of it.' },
          parts: { type: 'array', items: { $ref: '#/$defs/part' }, description: 'The parts.', default: [] },
          colour: { $ref: '#/$defs/colour', description: 'The colour. Not acted upon: it is dark.' },
          weight: { type: 'string', description: 'The weight. Not acted upon: it is too heavy.' },
        },
        required: ['name'],
      },
    },
  });
});

test('references of the published JSON Schema lead somewhere, and names of objects are unlike', () => {
  const schema: unknown = JSON.parse(pages.get('docs/config.schema.json')!);
  assert.ok(isRecord(schema) && isRecord(schema['$defs']));
  const names = new Set(Object.keys(schema['$defs']));
  for (const [, name] of JSON.stringify(schema).matchAll(/"#\/\$defs\/([^"]*)"/g)) assert.ok(names.has(name!), name!);
  const byName = new Map<string, Shape>();
  const walk = (shape: Shape): void => {
    if (shape.kind === 'list' || shape.kind === 'dictionary') walk(shape.of);
    if (shape.kind === 'choice') shape.of.forEach(walk);
    if (shape.kind === 'variants') for (const each of [shape.entry, ...shape.of.values()]) walk(each);
    if (shape.kind !== 'object') return;
    const known = byName.get(shape.name);
    const keys = (each: Shape | undefined) => (each?.kind === 'object' ? each.fields.map(({ key }) => key) : []);
    if (known !== undefined) {
      assert.deepEqual(keys(shape), keys(known), shape.name);
      return;
    }
    byName.set(shape.name, shape);
    for (const field of shape.fields) walk(field.shape);
  };
  walk(configuration(catalogue()).shape);
});

test('an editor with the JSON Schema takes what is right, and says where something is wrong', () => {
  const schema = jsonSchemaOf(configuration(catalogue()).shape);
  assert.deepEqual(violations(edited(), schema), []);
  assert.deepEqual(violations(edited([`${PATHS.listener}.connection_idle_timeout`, 1_000_000_000]), schema), []);
  const wrong: readonly (readonly [path: string, value: unknown])[] = [
    [`${PATHS.route}.route.timeout`, '60'],
    [`${PATHS.route}.direct_response`, { status: 199 }],
    [`${PATHS.listener}.address`, undefined],
    [`${PATHS.listener}.network`, 'sctp'],
    [`${PATHS.proxy}.router_config_name`, 5],
    [`${PATHS.proxy}.extend_config`, { http1: { max_head_bytes: 1 } }],
    [`${PATHS.cluster}.hosts`, {}],
  ];
  for (const [path, value] of wrong) assert.equal(violations(edited([path, value]), schema).length, 1, path);
});
