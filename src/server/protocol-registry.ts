import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadFailure } from '../base/load-failure.ts';
import type { Protocol } from '../protocol/protocol.ts';
import { type ImportedModule, importModule, isInstalled, isPath } from './import-module.ts';
import { StartError } from './start-error.ts';

/** Built-in protocols: one folder each, beside `src/`. Run from the sources, plugins are sources too. */
const FOLDER = new URL('../../protocols/', import.meta.url);
const INDEX = import.meta.url.endsWith('.ts') ? 'index.ts' : 'index.js';

/** Protocol plugins, found by the names that configurations use. Loads what is asked for and nothing else. */
export class ProtocolRegistry {
  /** Names of the built-in protocols. */
  readonly builtIn: readonly string[];
  /** Where relative specifiers of plugins, and folders, start from: the configuration file's folder. */
  readonly baseFolder: string;
  private readonly loaded = new Map<string, Promise<Protocol>>();

  constructor(baseFolder: string) {
    this.baseFolder = baseFolder;
    this.builtIn = readdirSync(fileURLToPath(FOLDER), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name)
      .sort();
  }

  /** The one name of a protocol: of built-in ones in lower case, whatever the configuration writes (MOSN: `Http1`). */
  nameOf(written: string): string {
    const lower = written.toLowerCase();
    return this.builtIn.includes(lower) ? lower : written;
  }

  /** Whether there is something to load by that name; what is loaded may still turn out to be no protocol. */
  has(name: string): boolean {
    return this.builtIn.includes(name) || isPath(name) || isInstalled(name, this.baseFolder);
  }

  /**
   * The protocol of that name: a built-in one, else a module specifier whose
   * default export is a `Protocol`.
   * @throws StartError that says which protocol could not be loaded and why.
   */
  load(name: string): Promise<Protocol> {
    let protocol = this.loaded.get(name);
    if (protocol === undefined) {
      protocol = this.import(name);
      this.loaded.set(name, protocol);
    }
    return protocol;
  }

  private async import(name: string): Promise<Protocol> {
    let module: ImportedModule;
    try {
      const builtIn = this.builtIn.includes(name) ? new URL(`${name}/${INDEX}`, FOLDER).href : undefined;
      module = builtIn === undefined ? await importModule(name, this.baseFolder) : await import(builtIn);
    } catch (error) {
      throw new StartError(`protocol "${name}" cannot be loaded: ${loadFailure(error)}`);
    }
    if (!isProtocol(module.default)) throw new StartError(`protocol "${name}": the default export of the module is no Protocol`);
    return module.default;
  }
}

export function isProtocol(value: unknown): value is Protocol {
  if (typeof value !== 'object' || value === null) return false;
  const { name, sniff, server, client } = value as Partial<Protocol>;
  return typeof name === 'string' && typeof sniff === 'function' && typeof server === 'function' && typeof client === 'function';
}
