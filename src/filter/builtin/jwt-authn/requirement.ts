import { inWords, isRecord } from '../../../base/schema/json.ts';
import type { Report } from '../../../base/schema/report.ts';
import { ANYTHING } from '../../../base/schema/scalars.ts';
import type { Schema } from '../../../base/schema/schema.ts';

/** Which tokens a request needs. */
export type Requirement =
  | { readonly needs: 'provider'; readonly name: string; readonly audiences: readonly string[] | undefined }
  | { readonly needs: 'any' | 'all'; readonly of: readonly Requirement[] }
  /** A token that is there must be good. */
  | { readonly needs: 'allow missing' }
  /** It does not matter. */
  | { readonly needs: 'allow missing or failed' };

/** Nobody nests them; whoever does has made a loop of something else. */
const DEEPEST = 8;

/** One of Envoy's ways to say it, as the only key of an object, in `snake_case` or `camelCase`. */
export const requirement: Schema<Requirement> = {
  shape: ANYTHING,
  read: (value, report) => read(value, report, 0),
};

function read(value: unknown, report: Report, depth: number): Requirement | undefined {
  const [entry, ...more] = isRecord(value) ? Object.entries(value) : [];
  if (entry === undefined || more.length > 0 || depth > DEEPEST) {
    report.error(`must be an object with one key that says what is needed, but is ${inWords(value)}`);
    return undefined;
  }
  const [key, written] = entry;
  const place = report.at(key);
  switch (key.replaceAll('_', '').toLowerCase()) {
    case 'providername':
      if (typeof written === 'string') return { needs: 'provider', name: written, audiences: undefined };
      break;
    case 'providerandaudiences':
      return withAudiences(written, place);
    case 'requiresany':
      return several('any', written, place, depth);
    case 'requiresall':
      return several('all', written, place, depth);
    case 'allowmissing':
      return { needs: 'allow missing' };
    case 'allowmissingorfailed':
      return { needs: 'allow missing or failed' };
    default:
      place.error('is nothing that can be required', 'write `provider_name`, `requires_any`, `requires_all`, `allow_missing`');
      return undefined;
  }
  place.error(`must be the name of a provider, but is ${inWords(written)}`);
  return undefined;
}

function withAudiences(written: unknown, report: Report): Requirement | undefined {
  const [name, audiences = []] = [entryOf(written, 'providername'), entryOf(written, 'audiences')];
  if (typeof name === 'string' && Array.isArray(audiences) && audiences.every((each) => typeof each === 'string')) {
    return { needs: 'provider', name, audiences };
  }
  report.error(`must have a \`provider_name\` and a list of \`audiences\`, but is ${inWords(written)}`);
  return undefined;
}

function several(needs: 'any' | 'all', written: unknown, report: Report, depth: number): Requirement | undefined {
  const items = entryOf(written, 'requirements');
  if (!Array.isArray(items) || items.length === 0) {
    report.error(`must have a list of \`requirements\`, but is ${inWords(written)}`);
    return undefined;
  }
  const place = report.at('requirements');
  const of = items.map((each, at) => read(each, place.at(at), depth + 1));
  return of.every((each) => each !== undefined) ? { needs, of } : undefined;
}

function entryOf(value: unknown, name: string): unknown {
  return isRecord(value) ? Object.entries(value).find(([key]) => key.replaceAll('_', '').toLowerCase() === name)?.[1] : undefined;
}

/** The names that a requirement has and nobody else. */
export function unknownProviders(required: Requirement | undefined, known: { has(name: string): boolean }): readonly string[] {
  if (required === undefined) return [];
  if (required.needs === 'provider') return known.has(required.name) ? [] : [required.name];
  return required.needs === 'any' || required.needs === 'all' ? required.of.flatMap((each) => unknownProviders(each, known)) : [];
}
