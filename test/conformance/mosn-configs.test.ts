/** The configurations that come with MOSN, each as it is. They lie beside the project, and not in it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { isRecord } from '../../src/base/schema/json.ts';
import { jsonSchemaOf } from '../../src/config/documentation/json-schema.ts';
import { type Catalogue, formatProblem, load, type Problem, redact } from '../../src/config/index.ts';
import { configuration as configurationSchema } from '../../src/config/model/configuration.ts';
import { BUILT_IN_TYPES, loadKinds } from '../../src/filter/builtin/kinds.ts';
import { catalogue } from '../support/catalogue.ts';
import { violations } from '../support/json-schema.ts';

const shared = process.env['MESHLOOM_SHARED'] ?? fileURLToPath(new URL('../../../../shared', import.meta.url));
const folder = join(shared, 'mosn-configs');

/** A file of the index. `scope` is `in` for a complete configuration that a proxy of this kind should run. */
interface Entry {
  readonly file: string;
  readonly scope: string;
}

/** What the whole of Meshloom is to speak; which protocols there are today is not what this is about. */
const everyProtocol: Catalogue = catalogue({
  protocols: new Map(['http1', 'http2', 'dubbo'].map((name) => [name, {}])),
  streamFilters: new Map(Array.from(await loadKinds(BUILT_IN_TYPES), ([type, { settings }]) => [type, settings])),
});

/** How the errors of a file begin that should run one day, and does not for what is named here. No other file of scope `in` has any. */
const MISSING: Readonly<Record<string, readonly string[]>> = {
  // A router that only a control plane would bring.
  'examples__codes__filter__dubbo__install__build__mosn_config_dubbo_xds.json': [
    'servers[0].listeners[0].filter_chains[0].filters[0].config.router_config_name: names no router: there is none called "20882"',
  ],
  // A filter that the sample's own program in Go brings.
  'examples__codes__mosn-extensions__simple_streamfilter__config.json': [
    'servers[0].listeners[0].stream_filters[0].type: names no stream filter: there is none called "demo"',
  ],
};

const schema = jsonSchemaOf(configurationSchema(everyProtocol).shape);

/** Where an editor with the JSON Schema would complain, as the reading does too. */
const VIOLATIONS: Readonly<Record<string, readonly string[]>> = {
  'configs__istio152__mosn_xds.json': [': an object breaks required ["servers"]'],
  'examples__codes__filter__dubbo__install__build__mosn_config_dubbo_xds.json': [
    '/admin/address/socket_address/port_value: the string "15000" breaks type "integer"',
  ],
  'examples__codes__xds-server-sample__config.json': [': an object breaks required ["servers"]'],
};

/** A JSON Schema knows one spelling of a key only. */
function spelled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spelled);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key === 'Name' ? 'name' : key, spelled(each)]));
}

const line = (problem: Problem) => formatProblem(problem).replace(/^(error|warning): /, '');

function index(): readonly Entry[] {
  const entries: unknown = JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8'));
  assert.ok(Array.isArray(entries));
  return entries.map((entry: unknown) => {
    assert.ok(isRecord(entry));
    const { file, scope } = entry;
    assert.ok(typeof file === 'string' && typeof scope === 'string');
    return { file, scope };
  });
}

if (!existsSync(join(folder, 'index.json'))) {
  test("MOSN's configurations are there", {
    skip: process.env['CI'] !== 'true' && `no ${folder}: set MESHLOOM_SHARED to the folder that holds mosn-configs`,
  }, () => {
    assert.fail(`MOSN's configurations are not at ${folder}`);
  });
} else {
  for (const { file, scope } of index()) {
    if (scope === 'in') {
      test(`${file} is read, with no error but for what is missing`, () => {
        const { configuration, problems } = load(join(folder, file), everyProtocol);
        const errors = problems.filter(({ severity }) => severity === 'error').map(line);
        const missing = MISSING[file] ?? [];
        assert.equal(errors.length, missing.length, errors.join('\n'));
        for (const [at, error] of errors.entries()) assert.ok(error.startsWith(missing[at]!), error);
        assert.equal(configuration === undefined, missing.length > 0);
      });
    } else {
      test(`${file} does no harm`, () => {
        const { configuration, document, problems } = load(join(folder, file), everyProtocol);
        assert.equal(
          configuration === undefined,
          problems.some(({ severity }) => severity === 'error'),
        );
        assert.ok(isRecord(document));
      });
    }

    test(`${file} has no key that nobody knows`, () => {
      const { document, problems } = load(join(folder, file), everyProtocol);
      assert.deepEqual(problems.filter(({ message }) => /nobody knows/.test(message)).map(line), []);
      redact(document, everyProtocol);
    });

    test(`${file} is as the JSON Schema says`, () => {
      const { document } = load(join(folder, file), everyProtocol);
      assert.deepEqual(violations(spelled(document), schema), VIOLATIONS[file] ?? []);
    });
  }

  test('what is said to be missing is of files that there are', () => {
    const files = new Set(index().map(({ file }) => file));
    assert.deepEqual(
      Object.keys(MISSING).filter((file) => !files.has(file)),
      [],
    );
  });
}
