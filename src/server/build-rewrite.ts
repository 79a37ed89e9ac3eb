import { regex } from '../base/regex.ts';
import { substitution } from '../base/substitution.ts';
import type { RegexRewrite, RouteMatch } from '../config/index.ts';
import { type PathRewrite, prefixRewrite, regexRewrite, wholeRewrite } from '../proxy/head-changes.ts';

/** What a route and a redirect say about the path. */
export interface Rewriting {
  readonly prefixRewrite: string | undefined;
  readonly regexRewrite: RegexRewrite | undefined;
}

/** `prefix_rewrite` comes before `regex_rewrite`, and needs a prefix, or path, that was matched. */
export function pathRewriteOf(match: RouteMatch, rewriting: Rewriting): PathRewrite | undefined {
  if (rewriting.prefixRewrite !== undefined) {
    if (match.prefix !== undefined) return prefixRewrite(match.prefix, rewriting.prefixRewrite);
    return match.path === undefined ? undefined : wholeRewrite(rewriting.prefixRewrite);
  }
  if (rewriting.regexRewrite === undefined) return undefined;
  const pattern = regex(rewriting.regexRewrite.regex);
  const pieces = typeof pattern === 'string' ? pattern : substitution(pattern, rewriting.regexRewrite.substitution);
  // The configuration has made sure that both can be understood.
  return typeof pattern === 'string' || typeof pieces === 'string' ? undefined : regexRewrite(pattern, pieces);
}
