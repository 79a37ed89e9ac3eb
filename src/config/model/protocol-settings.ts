import { didYouMean } from '../../base/nearest.ts';
import { dictionary } from '../../base/schema/collections.ts';
import { inWords, isRecord } from '../../base/schema/json.ts';
import type { Report } from '../../base/schema/report.ts';
import { anything, boolean, integer, text } from '../../base/schema/scalars.ts';
import type { FieldShape, ObjectShape, Schema } from '../../base/schema/schema.ts';
import type { Catalogue, ProtocolOption } from '../catalogue.ts';
import { inCatalogue } from './protocols.ts';

/** Settings of one protocol by name, checked against what its plugin declares. Defaults are the plugin's own affair. */
export type SettingsOfProtocol = Readonly<Record<string, number | boolean | string>>;

/**
 * Settings of protocols by the protocol's name. MOSN has two ways to write them: an object for each protocol under its name,
 * and, where there is but one protocol, its settings as they are. `downstream`: those that clients may speak; undefined: settings towards hosts.
 */
export function protocolSettings(
  written: ReadonlyMap<string, unknown>,
  downstream: readonly string[] | undefined,
  catalogue: Catalogue,
  report: Report,
): ReadonlyMap<string, SettingsOfProtocol> {
  const settings = new Map<string, SettingsOfProtocol>();
  const plain: [string, unknown][] = [];
  for (const [key, value] of written) {
    const protocol = inCatalogue(key, catalogue);
    if (protocol !== undefined && isRecord(value)) {
      if (downstream?.includes(protocol) === false) {
        report
          .at(key)
          .warn('is a protocol that no client speaks here', '`extend_config` of a cluster is for what is spoken with its hosts');
      }
      settings.set(protocol, { ...settings.get(protocol), ...readSettings(Object.entries(value), protocol, catalogue, report.at(key)) });
    } else if (key !== 'sub_protocol') plain.push([key, value]);
  }
  if (plain.length === 0) return settings;
  const [only, ...others] = downstream ?? [];
  if (only === undefined || others.length > 0) {
    for (const [key] of plain)
      report.at(key).warn('is no protocol whose settings could stand here', didYouMean(key, catalogue.protocols.keys()));
    return settings;
  }
  return settings.set(only, { ...readSettings(plain, only, catalogue, report), ...settings.get(only) });
}

function readSettings(written: Iterable<[string, unknown]>, protocol: string, catalogue: Catalogue, report: Report): SettingsOfProtocol {
  return readEach(written, catalogue.protocols.get(protocol)?.options ?? [], `the protocol ${protocol}`, report);
}

/** Settings that a plugin declares, from an object that holds nothing else. `owner`: reads on from "is no setting of". */
export function readOptions(
  value: unknown,
  options: readonly ProtocolOption[],
  owner: string,
  report: Report,
): SettingsOfProtocol | undefined {
  if (isRecord(value)) return readEach(Object.entries(value), options, owner, report);
  report.error(`must be an object, but is ${inWords(value)}`);
  return undefined;
}

function readEach(
  written: Iterable<[string, unknown]>,
  options: readonly ProtocolOption[],
  owner: string,
  report: Report,
): SettingsOfProtocol {
  const settings: Record<string, number | boolean | string> = {};
  for (const [key, value] of written) {
    const lower = key.toLowerCase();
    const option = options.find(({ name, aliases = [] }) => name === lower || aliases.includes(lower));
    if (option === undefined) {
      const names = options.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
      report.at(key).warn(`is no setting of ${owner}`, didYouMean(key, names));
      continue;
    }
    const finished = value === null ? undefined : optionSchema(option).read(value, report.at(key));
    if (finished !== undefined) settings[option.name] = finished;
  }
  return settings;
}

/**
 * The key `extend_config`. What may stand in it depends on the protocols of the same proxy, so that it is taken as it is, and read
 * when those are known.
 */
export function extendConfig({ protocols }: Catalogue): Schema<ReadonlyMap<string, unknown>> {
  const settings = Array.from(protocols, ([name, { options = [] }]) => (options.length === 0 ? [] : [settingsOf(name, options)]));
  const shape: ObjectShape = {
    kind: 'object',
    name: 'Protocol settings',
    about: 'Settings of protocols, by the name of the protocol.',
    fields: [SUB_PROTOCOL, ...settings.flat()],
  };
  return { ...dictionary(anything()), shape };
}

const COMMON = { aliases: [], required: false, fallback: undefined, standing: { is: 'acted-upon' } } as const;

const SUB_PROTOCOL: FieldShape = {
  ...COMMON,
  key: 'sub_protocol',
  about: 'The protocol that is meant where a proxy says `X`.',
  shape: text().shape,
};

function settingsOf(protocol: string, options: readonly ProtocolOption[]): FieldShape {
  const about = `Settings of the protocol ${protocol}.`;
  return { ...COMMON, key: protocol, about, shape: optionsShape(`Settings of ${protocol}`, about, options) };
}

/** The shape of what `readOptions` reads. `name`: unique. */
export function optionsShape(name: string, about: string, options: readonly ProtocolOption[]): ObjectShape {
  const fields = options.map((option): FieldShape => {
    const { name: key, description, default: fallback } = option;
    return { ...COMMON, key, about: description, shape: optionSchema(option).shape, fallback };
  });
  return { kind: 'object', name, about, fields };
}

/** How an option is read. */
function optionSchema(option: ProtocolOption): Schema<number | boolean | string> {
  if (option.type === 'integer') return integer(option.minimum, option.maximum);
  return option.type === 'boolean' ? boolean() : text();
}
