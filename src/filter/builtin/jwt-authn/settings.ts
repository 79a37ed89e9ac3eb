import { readFileSync } from 'node:fs';
import { converted, dictionary, list } from '../../../base/schema/collections.ts';
import { duration } from '../../../base/schema/duration.ts';
import { defaulted, ignored, optional, required } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import type { Report } from '../../../base/schema/report.ts';
import { anything, boolean, integer, text } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';
import { type KeySet, keySetOf } from './key-set.ts';
import { requirement, unknownProviders } from './requirement.ts';
import { ruleMatch } from './rule-match.ts';

/** The keys are Envoy's, of which MOSN takes over the JSON of protocol buffers: `camelCase` stands for `snake_case` everywhere. */
const camel = (name: string) => ({ aliases: [name] });

const localKeys = converted(
  object('Local keys', 'A JSON Web Key Set that is here (RFC 7517): in a file, or in this text.', {
    filename: optional(text({ atLeast: 1 }), 'The file. It is read when the configuration is, from the working directory.'),
    inlineString: optional(text({ atLeast: 1 }), 'The text.', camel('inlineString')),
  }),
  ({ filename, inlineString }, report): KeySet | undefined => {
    const written = inlineString ?? (filename === undefined ? undefined : readText(filename, report.at('filename')));
    if (inlineString === undefined && filename === undefined) report.error('names no keys', 'give it a `filename` or an `inline_string`');
    if (written === undefined) return undefined;
    const keys = keySetOf(written);
    if (typeof keys !== 'string') return keys;
    report.at(inlineString === undefined ? 'filename' : 'inline_string').error(`is no set of keys: ${keys}`);
    return undefined;
  },
);

function readText(path: string, report: Report): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    report.error(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

const httpUri = converted(
  object('HTTP resource', 'What is fetched, and from whom.', {
    uri: required(text({ atLeast: 1 }), 'Its whole URI. Where the request goes is a matter of `cluster` alone.'),
    cluster: required(text({ atLeast: 1 }), 'The cluster that is asked, by HTTP/1.'),
    timeout: defaulted(duration(), '5s', "How long an answer may take. The default is Envoy's."),
  }),
  ({ uri, cluster, timeout }, report) => {
    if (!URL.canParse(uri)) {
      report.at('uri').error(`is no URI: ${JSON.stringify(uri)}`);
      return undefined;
    }
    const { host, pathname, search, protocol } = new URL(uri);
    return { authority: host, path: `${pathname}${search}`, scheme: protocol.slice(0, -1), cluster, timeout };
  },
);

const remoteKeys = object('Remote keys', 'A JSON Web Key Set that somebody else has (RFC 7517).', {
  httpUri: required(httpUri, 'Where it is.', camel('httpUri')),
  cacheDuration: defaulted(
    duration(),
    '10m',
    "How long it holds before it is fetched again. The default is Envoy's.",
    camel('cacheDuration'),
  ),
  asyncFetch: ignored(
    anything(),
    'keys are fetched when the first request needs them',
    'Whether they are fetched before.',
    undefined,
    camel('asyncFetch'),
  ),
  retryPolicy: ignored(
    anything(),
    'the next request that needs them fetches them again',
    'How often it is tried.',
    undefined,
    camel('retryPolicy'),
  ),
});

/** Where keys come from. */
export type RemoteKeysSettings = Read<typeof remoteKeys>;

const tokenHeader = object('Token header', 'A header that may hold the token.', {
  name: required(text({ atLeast: 1 }), 'The header.'),
  valuePrefix: defaulted(text(), '', 'What stands before the token, such as `Bearer ` with its space.', camel('valuePrefix')),
});

/** Somebody who issues tokens. */
export type Provider = Read<typeof provider>;

const provider = converted(
  object('JWT provider', 'Somebody who issues tokens, and how they are told to be genuine.', {
    issuer: optional(text({ atLeast: 1 }), 'Who a token must say that it is from (`iss`). Absent: anybody.'),
    audiences: defaulted(list(text()), [], 'For whom a token must be (`aud`): one of these. None: for anybody.'),
    localKeys: optional(localKeys, 'The keys of the issuer, where they are here.', { key: 'local_jwks', aliases: ['localJwks'] }),
    remoteKeys: optional(remoteKeys, 'The keys of the issuer, where they must be fetched.', {
      key: 'remote_jwks',
      aliases: ['remoteJwks'],
    }),
    forward: defaulted(boolean(), false, 'Whether the upstream gets the token, too.'),
    fromHeaders: defaulted(
      list(tokenHeader),
      [],
      'Headers that may hold the token. Without any, and without `from_params`: `Authorization` with `Bearer `, and the parameter `access_token`.',
      camel('fromHeaders'),
    ),
    fromParams: defaulted(list(text({ atLeast: 1 })), [], 'Parameters of the query that may hold the token.', camel('fromParams')),
    forwardPayloadHeader: defaulted(
      text(),
      '',
      'A header that brings the upstream what a genuine token says, in base64url. What a client writes there never comes through.',
      camel('forwardPayloadHeader'),
    ),
    clockSkewSeconds: defaulted(
      integer(),
      60,
      "How far clocks may differ for `exp` and `nbf`. The default is Envoy's.",
      camel('clockSkewSeconds'),
    ),
    cache: optional(
      object('JWT cache', 'Tokens that were found genuine and need not be verified again, while they hold and the keys are the same.', {
        size: defaulted(integer(1, 1_000_000), 100, "How many. The default is Envoy's.", {
          key: 'jwt_cache_size',
          aliases: ['jwtCacheSize'],
        }),
      }),
      'Whether genuine tokens are remembered: verifying one costs about a tenth of a millisecond. Absent: each is verified each time.',
      { key: 'jwt_cache_config', aliases: ['jwtCacheConfig'] },
    ),
    payloadInMetadata: ignored(
      text(),
      'there is no such metadata',
      'Where filters find what the token says.',
      undefined,
      camel('payloadInMetadata'),
    ),
  }),
  (written, report) => {
    const { localKeys: local, remoteKeys: remote } = written;
    if ((local === undefined) === (remote === undefined)) report.error('must have either `local_jwks` or `remote_jwks`');
    return written;
  },
);

const rule = object('JWT rule', 'Requests, and which tokens they need.', {
  match: defaulted(ruleMatch, {}, 'The requests. With nothing said: all.'),
  requires: optional(requirement, 'What they need. Absent: nothing.'),
});

export type JwtSettings = Read<typeof settings>;

export const settings = converted(
  object('JWT authentication', 'Lets requests in by the tokens that they bring (RFC 7519): `jwt_authn`.', {
    providers: defaulted(dictionary(provider), {}, 'Those who issue tokens, by names for the rules.'),
    rules: defaulted(list(rule), [], 'The rules. The first that is for a request counts; a request that none is for needs no token.'),
    bypassCorsPreflight: defaulted(
      boolean(),
      false,
      'Whether preflights of cross-origin requests need no token: browsers send none with them.',
      camel('bypassCorsPreflight'),
    ),
    filterStateRules: ignored(
      anything(),
      'there is no such state',
      'Requirements by what other filters say.',
      undefined,
      camel('filterStateRules'),
    ),
  }),
  (written, report) => {
    for (const [at, { requires }] of written.rules.entries()) {
      for (const name of unknownProviders(requires, written.providers)) {
        report
          .at('rules')
          .at(at)
          .at('requires')
          .error(`names no provider: there is none called ${JSON.stringify(name)}`);
      }
    }
    return written;
  },
);
