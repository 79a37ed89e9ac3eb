import { createRequire } from 'node:module';
import type { ASTNode, Environment } from '@marcbachmann/cel-js';
import { type Regex, regex } from '../../base/regex.ts';
import type { Exchange } from '../filter.ts';
import { ATTRIBUTES, type Attributes, attributeReader, type Question } from './attributes.ts';
import { type Call, callsIn, isNode } from './calls.ts';
import { withDefaults } from './default-operator.ts';

/** Whether an expression holds for an exchange. One that cannot be worked out, for what it asks for is missing, does not hold. */
export type Expression = (exchange: Exchange) => boolean;

type Language = typeof import('@marcbachmann/cel-js');

/** `matches` of CEL backtracks in the library, and cannot be replaced there: its calls are renamed to this before they are compiled. */
const LINEAR_MATCHES = 'matchesInLinearTime';

/** What expressions may ask for, and do. */
export interface Dialect {
  readonly attributes: Attributes;
  /** Adds functions and types of its own. */
  extend(environment: Environment): Environment;
  /** Besides attributes; given to an expression under its name. */
  readonly values?: (exchange: Exchange) => Readonly<Record<string, unknown>>;
}

const CONDITIONS: Dialect = { attributes: ATTRIBUTES, extend: (environment) => environment };

/** The language is loaded for the first expression: a start without any need not wait for it. */
const compilers = new Map<Dialect, Compiler>();

/**
 * Compiles a condition in the Common Expression Language, once; a string says what is wrong with it. What it may ask for stands in
 * attributes.ts. Of MOSN's own functions there are `conditional`, `match` (with an asterisk at either end), `ip`, `toLower` and `toUpper`.
 */
export function expression(source: string, dialect = CONDITIONS): Expression | string {
  let compiler = compilers.get(dialect);
  if (compiler === undefined) {
    compiler = new Compiler(createRequire(import.meta.url)('@marcbachmann/cel-js') as Language, dialect);
    compilers.set(dialect, compiler);
  }
  return compiler.compile(source);
}

class Compiler {
  private readonly language: Language;
  private readonly dialect: Dialect;
  /** Knows the types of all attributes, and is asked when the configuration is read. */
  private readonly checking: Environment;
  /** Takes attributes as they come, so that none need be there that is not asked for. */
  private readonly running: Environment;
  private readonly patterns = new Map<string, Regex>();

  constructor(language: Language, dialect: Dialect) {
    this.language = language;
    this.dialect = dialect;
    this.checking = dialect.extend(this.withFunctions(new language.Environment()));
    for (const [name, section] of Object.entries(dialect.attributes)) {
      const schema = Object.fromEntries(Object.entries(section).map(([key, { type }]) => [key, type]));
      this.checking.registerVariable({ name, schema });
    }
    this.running = dialect.extend(this.withFunctions(new language.Environment({ unlistedVariablesAreDyn: true })));
  }

  compile(source: string): Expression | string {
    const { EvaluationError, ParseError } = this.language;
    try {
      const translated = this.translated(withDefaults(source));
      if (translated instanceof Refusal) return translated.reason;
      const { valid, type, error } = this.checking.check(translated);
      if (!valid) return firstLine(error?.message ?? 'its types do not fit').replaceAll(LINEAR_MATCHES, 'matches');
      if (type !== 'bool') return `is of type ${type}, and not true or false`;
      const run = this.running.parse(translated);
      const { attributes, values } = this.dialect;
      const read = attributeReader(questionOf(run.ast, attributes), attributes, values);
      return (exchange) => {
        try {
          return run(read(exchange)) === true;
        } catch (error) {
          // Whoever has written the expression asks for what this request does not have.
          if (error instanceof EvaluationError) return false;
          throw error;
        }
      };
    } catch (error) {
      if (error instanceof ParseError) return firstLine(error.message);
      throw error;
    }
  }

  private withFunctions(environment: Environment): Environment {
    return environment
      .registerFunction(`string.${LINEAR_MATCHES}(string): bool`, (text: string, pattern: string) => this.patterns.get(pattern)!.test(text))
      .registerFunction('match(string, string): bool', globMatches)
      .registerFunction('ip(string): string', (text: string) => text)
      .registerFunction('toLower(string): string', (text: string) => text.toLowerCase())
      .registerFunction('toUpper(string): string', (text: string) => text.toUpperCase());
  }

  /** The source as the library shall have it; the expressions of `matches` are compiled. */
  private translated(source: string): string | Refusal {
    const edits: Edit[] = [];
    for (const call of callsIn(this.running.parse(source).ast)) {
      const edit = call.name === 'matches' ? this.matchesEdit(call, source) : conditionalEdits(call, source);
      if (edit instanceof Refusal) return edit;
      edits.push(...edit);
    }
    // From the last to the first, so that the places of those before stay right.
    edits.sort((one, other) => other.from - one.from);
    return edits.reduce((text, { from, to, by }) => text.slice(0, from) + by + text.slice(to), source);
  }

  private matchesEdit({ receiver, parameters: [pattern] }: Call, source: string): readonly Edit[] | Refusal {
    // With more or fewer arguments the check finds no such function.
    if (receiver === undefined || pattern === undefined) return [];
    if (pattern.op !== 'value' || typeof pattern.args !== 'string') return new Refusal('matches takes an expression in quotes');
    const compiled = regex(pattern.args);
    if (typeof compiled === 'string') return new Refusal(`matches: ${compiled}`);
    this.patterns.set(pattern.args, compiled);
    // Between what is matched and the expression stands the name, with its dot and bracket.
    const from = source.lastIndexOf('matches', pattern.start);
    return [{ from, to: from + 'matches'.length, by: LINEAR_MATCHES }];
  }
}

/** A piece of the source, and what takes its place. */
interface Edit {
  readonly from: number;
  readonly to: number;
  readonly by: string;
}

class Refusal {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * `conditional(a, b, c)` is `((a)?(b):(c))`, so that only one of the two is worked out. Nodes are named without the brackets that they stand
 * in, which therefore stay: only the name and the commas are replaced.
 */
function conditionalEdits({ node, parameters }: Call, source: string): readonly Edit[] {
  const [test, one, other] = parameters;
  if (test === undefined || one === undefined || other === undefined || parameters.length > 3) return [];
  const comma = (after: ASTNode): number => source.indexOf(',', after.end);
  return [
    { from: node.start, to: node.start + 'conditional'.length, by: '(' },
    { from: comma(test), to: comma(test) + 1, by: ')?(' },
    { from: comma(one), to: comma(one) + 1, by: '):(' },
    { from: node.end, to: node.end, by: ')' },
  ];
}

/** What an expression asks for. A section that it does not take an attribute of by name is asked for whole. */
function questionOf(ast: ASTNode, attributes: Attributes): Question {
  const question = new Map<string, Set<string>>();
  const ask = (section: string, names: readonly string[]): void => {
    if (!Object.hasOwn(attributes, section)) return;
    const asked = question.get(section) ?? new Set();
    for (const name of names) if (Object.hasOwn(attributes[section]!, name)) asked.add(name);
    question.set(section, asked);
  };
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) visit(each);
    if (!isNode(node)) return;
    if (node.op === '.' && node.args[0].op === 'id') ask(node.args[0].args, [node.args[1]]);
    else if (node.op === 'id') ask(node.args, Object.keys(attributes[node.args] ?? {}));
    else visit(node.args);
  };
  visit(ast);
  return question;
}

/** MOSN's `match`: an asterisk at the end, or else at the beginning, stands for anything. */
function globMatches(text: string, pattern: string): boolean {
  if (pattern.endsWith('*')) return text.startsWith(pattern.slice(0, -1));
  return pattern.startsWith('*') ? text.endsWith(pattern.slice(1)) : text === pattern;
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0] ?? message;
}
