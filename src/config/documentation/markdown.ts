import { inWords } from '../../base/schema/json.ts';
import type { FieldShape, ObjectShape, Shape, Standing } from '../../base/schema/schema.ts';

/** One object of the configuration: where it stands, and what comes of it there. */
interface Section {
  readonly shape: ObjectShape;
  readonly places: string[];
  standing: Standing;
}

const ACTED_UPON: Standing = { is: 'acted-upon' };

/** A section for each object, with a line for each key, the whole file first and what it holds in the order of its keys. */
export function markdownOf(shape: ObjectShape): string {
  const sections = new Map<string, Section>();
  collect(shape, '', ACTED_UPON, sections);
  return [...sections.values()].map(sectionText).join('\n');
}

function collect(shape: Shape, place: string, standing: Standing, sections: Map<string, Section>): void {
  switch (shape.kind) {
    case 'leaf':
      break;
    case 'list':
      collect(shape.of, `${place}[]`, standing, sections);
      break;
    case 'dictionary':
      collect(shape.of, `${place}.*`, standing, sections);
      break;
    case 'choice':
      for (const each of shape.of) collect(each, place, standing, sections);
      break;
    case 'variants':
      collect(shape.entry, place, standing, sections);
      for (const [type, config] of shape.of) collect(config, `${place}.config (${type})`, standing, sections);
      break;
    case 'object':
      collectObject(shape, place, standing, sections);
  }
}

function collectObject(shape: ObjectShape, place: string, standing: Standing, sections: Map<string, Section>): void {
  const section = sections.get(shape.name) ?? { shape, places: [], standing };
  const better = standing.is === 'acted-upon' && section.standing.is !== 'acted-upon';
  section.places.push(place);
  // What has been walked through is walked again only for what it says better now.
  if (sections.has(shape.name) && !better) return;
  section.standing = standing;
  sections.set(shape.name, section);
  for (const field of shape.fields) {
    const inner = field.standing.is === 'acted-upon' ? standing : field.standing;
    collect(field.shape, place === '' ? field.key : `${place}.${field.key}`, inner, sections);
  }
}

function sectionText({ shape, places, standing }: Section): string {
  const at = places.filter((place) => place !== '').map((place) => `\`${place}\``);
  return [
    `## ${shape.name}`,
    '',
    `${shape.about}${at.length === 0 ? '' : ` At ${at.join(', ')}.`}`,
    '',
    ...(shape.fields.length === 0
      ? ['It has no keys.']
      : ['| Key | Type | Default | Meaning | Status |', '|---|---|---|---|---|', ...shape.fields.map((field) => row(field, standing))]),
    '',
  ].join('\n');
}

function row(field: FieldShape, inherited: Standing): string {
  const standing = field.standing.is === 'acted-upon' ? inherited : field.standing;
  const aliases = field.aliases.map((alias) => ` or \`${alias}\``).join('');
  const cells = [`\`${field.key}\`${aliases}`, typeOf(field.shape), defaultOf(field), field.about, statusOf(standing)];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function statusOf(standing: Standing): string {
  switch (standing.is) {
    case 'acted-upon':
      return 'acted upon';
    case 'ignored':
      return `ignored: ${standing.why}`;
    case 'refused':
      return `ignored, and an error when it is there: ${standing.why}`;
  }
}

function typeOf(shape: Shape): string {
  switch (shape.kind) {
    case 'leaf':
      return shape.brief;
    case 'list':
      return `list of ${typeOf(shape.of)}`;
    case 'dictionary':
      return `object of ${typeOf(shape.of)}`;
    case 'choice':
      return shape.of.map(typeOf).join(' or ');
    case 'variants':
      return link(shape.entry);
    case 'object':
      return link(shape);
  }
}

function link({ name }: ObjectShape): string {
  return `[${name}](#${name.toLowerCase().replaceAll(' ', '-')})`;
}

function defaultOf({ required, fallback }: FieldShape): string {
  if (required) return 'required';
  if (fallback === undefined) return '';
  if (typeof fallback === 'string' && fallback !== '') return `\`${fallback}\``;
  return typeof fallback === 'object' && fallback !== null ? emptyOf(fallback) : inWords(fallback).replace('the number ', '');
}

function emptyOf(fallback: object): string {
  return Array.isArray(fallback) && fallback.length === 0 ? 'none' : 'its own defaults';
}
