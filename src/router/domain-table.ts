import { type Domain, splitAuthority } from './domain.ts';
import { mayHaveUpperCase } from './path.ts';

/**
 * Who answers for an authority. The first of these that is there:
 * the very host and port, the host with any port, a wildcard with the port, a wildcard with any port, the default.
 * Among wildcards the suffixes (`*.suffix`) come before the prefixes (`prefix.*`), and the longer before the shorter; an asterisk
 * stands for at least one character. A domain without a port is for requests that name none.
 */
export class DomainTable<T> {
  /** By host and port as an authority is written. */
  private readonly exact = new Map<string, T>();
  private readonly exactWithAnyPort = new Map<string, T>();
  private readonly wildcards = new Map<string, Wildcards<T>>();
  private fallback: T | undefined;
  private onlyFallback = true;

  /** Whether the authority makes no difference. */
  get onlyDefault(): boolean {
    return this.onlyFallback;
  }

  /** False when that domain is there already. */
  add(domain: Domain, value: T): boolean {
    const { kind, text, port } = domain;
    switch (kind) {
      case 'default':
        if (this.fallback !== undefined) return false;
        this.fallback = value;
        return true;
      case 'exact':
        this.onlyFallback = false;
        return port === '*' ? addOnce(this.exactWithAnyPort, text, value) : addOnce(this.exact, authorityOf(text, port), value);
      case 'suffix':
        return this.wildcardsOf(port).suffixes.add(text, value);
      case 'prefix':
        return this.wildcardsOf(port).prefixes.add(text, value);
    }
  }

  find(authority: string): T | undefined {
    if (this.onlyFallback) return this.fallback;
    const found = this.exact.get(authority);
    if (found !== undefined) return found;
    // No host was named, or no rule but exact ones could apply: nothing to take apart.
    if (authority === '') return this.fallback;
    if (mayHaveUpperCase(authority)) return this.findParts(authority.toLowerCase());
    if (this.wildcards.size === 0 && this.exactWithAnyPort.size === 0 && !authority.endsWith(':')) return this.fallback;
    return this.findParts(authority);
  }

  private findParts(authority: string): T | undefined {
    const parts = splitAuthority(authority);
    if (parts === undefined) return this.fallback;
    const { host, port } = parts;
    return (
      this.exact.get(authorityOf(host, port)) ??
      this.exactWithAnyPort.get(host) ??
      this.wildcards.get(port)?.find(host) ??
      this.wildcards.get('*')?.find(host) ??
      this.fallback
    );
  }

  private wildcardsOf(port: string): Wildcards<T> {
    this.onlyFallback = false;
    let wildcards = this.wildcards.get(port);
    if (wildcards === undefined) {
      wildcards = new Wildcards();
      this.wildcards.set(port, wildcards);
    }
    return wildcards;
  }
}

/** The wildcard domains of one port. */
class Wildcards<T> {
  readonly suffixes = new AffixTable<T>((host, length) => host.slice(host.length - length));
  readonly prefixes = new AffixTable<T>((host, length) => host.slice(0, length));

  find(host: string): T | undefined {
    return this.suffixes.find(host) ?? this.prefixes.find(host);
  }
}

/** Values by the end, or the beginning, of a host: one look-up for each length that occurs, the longest first. */
class AffixTable<T> {
  private readonly values = new Map<string, T>();
  private readonly lengths: number[] = [];
  private readonly cut: (host: string, length: number) => string;

  constructor(cut: (host: string, length: number) => string) {
    this.cut = cut;
  }

  add(affix: string, value: T): boolean {
    if (!this.lengths.includes(affix.length)) {
      this.lengths.push(affix.length);
      this.lengths.sort((a, b) => b - a);
    }
    return addOnce(this.values, affix, value);
  }

  find(host: string): T | undefined {
    for (const length of this.lengths) {
      if (length >= host.length) continue;
      const value = this.values.get(this.cut(host, length));
      if (value !== undefined) return value;
    }
    return undefined;
  }
}

function addOnce<T>(values: Map<string, T>, key: string, value: T): boolean {
  if (values.has(key)) return false;
  values.set(key, value);
  return true;
}

function authorityOf(host: string, port: string): string {
  const written = host.includes(':') ? `[${host}]` : host;
  return port === '' ? written : `${written}:${port}`;
}
