import { converted, dictionary, list } from '../../../base/schema/collections.ts';
import { duration } from '../../../base/schema/duration.ts';
import { defaulted, ignored, optional, refused, required } from '../../../base/schema/fields.ts';
import { object } from '../../../base/schema/object.ts';
import { anything, boolean, integer, text } from '../../../base/schema/scalars.ts';
import type { Read } from '../../../base/schema/schema.ts';
import { stringMatch } from '../../string-match.ts';

const TIMEOUT = "How long an answer may take. The default is Envoy's: a service that decides about each request must be near.";

const names = object('Header names', 'Headers, by their names in lower case.', {
  patterns: defaulted(list(stringMatch), [], 'The names, one pattern beside the other.'),
});

const addition = object('Authorization header', 'A header that is added.', {
  key: required(text({ atLeast: 1 }), 'Its name.'),
  value: defaulted(text(), '', 'Its value.'),
});

const serverUri = converted(
  object('Authorization server', 'Who is asked by HTTP.', {
    uri: required(
      text({ atLeast: 1 }),
      'Its URI, of which a path stands before the `path_prefix`. Where requests go is a matter of `cluster` alone.',
    ),
    cluster: required(text({ atLeast: 1 }), 'The cluster, which is spoken to by HTTP/1.'),
    timeout: defaulted(duration(), '200ms', TIMEOUT),
  }),
  ({ uri, cluster, timeout }, report) => {
    if (!URL.canParse(uri)) {
      report.at('uri').error(`is no URI: ${JSON.stringify(uri)}`);
      return undefined;
    }
    return { path: new URL(uri).pathname.replace(/\/$/, ''), cluster, timeout };
  },
);

/** A service that answers with a status of HTTP. */
export type HttpServiceSettings = Read<typeof httpService>;

const httpService = object('HTTP authorization', 'A service that is asked by HTTP: 200 lets a request in.', {
  serverUri: required(serverUri, 'Who is asked.'),
  pathPrefix: defaulted(text(), '', 'What stands before the path of the request.'),
  authorizationRequest: defaulted(
    object('Authorization request', 'What is asked with.', {
      allowedHeaders: defaulted(names, {}, 'Headers of the request that the service gets, besides `authorization`, method, path and host.'),
      headersToAdd: defaulted(list(addition), [], 'Headers that the service gets besides.'),
    }),
    {},
    'What is asked with.',
  ),
  authorizationResponse: defaulted(
    object('Authorization response', 'What becomes of the headers of an answer.', {
      allowedUpstreamHeaders: defaulted(names, {}, 'Headers that take the place of those of the request, when it is let in.'),
      allowedUpstreamHeadersToAppend: defaulted(names, {}, 'Headers that are added to the request, when it is let in.'),
      allowedClientHeaders: optional(names, 'Headers that a client gets that is not let in. Absent: all of them.'),
      allowedClientHeadersOnSuccess: defaulted(names, {}, 'Headers that a client gets with the answer of the upstream.'),
    }),
    {},
    'What becomes of the headers of an answer.',
  ),
});

/** A service that speaks Envoy's `envoy.service.auth.v3.Authorization`. */
export type GrpcServiceSettings = Read<typeof grpcService>;

const grpcService = object('gRPC authorization', 'A service that is asked by gRPC: `envoy.service.auth.v3.Authorization`.', {
  envoyGrpc: required(
    object('gRPC cluster', 'Who is asked.', { clusterName: required(text({ atLeast: 1 }), 'The cluster, which is spoken to by HTTP/2.') }),
    'Who is asked.',
  ),
  timeout: defaulted(duration(), '200ms', TIMEOUT),
  initialMetadata: defaulted(list(addition), [], 'Headers that the service gets besides.'),
});

export type AuthorizationSettings = Read<typeof settings>;

const NO_BODY = 'a decision must not hang on a body that is still to come';

export const settings = converted(
  object('External authorization', 'Asks a service whether a request may go on: `ext_authz`.', {
    httpService: optional(httpService, 'Who is asked, by HTTP.'),
    grpcService: optional(grpcService, 'Who is asked, by gRPC.'),
    failureModeAllow: defaulted(
      boolean(),
      false,
      'Whether requests go on when the service does not answer, or answers with a status of 500 or above.',
    ),
    statusOnError: defaulted(
      object('Status on error', 'A status.', { code: defaulted(integer(400, 599), 403, 'The status of HTTP.') }),
      {},
      "What clients are told when the service does not answer. The default is Envoy's.",
    ),
    checkSettings: defaulted(
      object('Authorization check', 'What the service is told besides.', {
        contextExtensions: defaulted(dictionary(text()), {}, 'Words for a service of gRPC, by their names.'),
      }),
      {},
      'What the service is told besides.',
    ),
    disabled: defaulted(boolean(), false, 'Whether nobody is asked: for routes, in `per_filter_config`.'),
    withRequestBody: refused(anything(), NO_BODY, 'How much of the body the service gets.'),
    clearRouteCache: ignored(boolean(), 'the route is known before, and stays', 'Whether another route is looked for afterwards.'),
    transportApiVersion: ignored(text(), 'there is one', 'The version of the API.', (value) => value === 'V3'),
    statPrefix: ignored(text(), 'statistics go by cluster', 'A name for statistics.'),
    includePeerCertificate: ignored(
      boolean(),
      'certificates of clients are not passed on',
      'Whether the service gets the certificate of the client.',
    ),
  }),
  (written, report) => {
    const services = [written.httpService, written.grpcService].filter((service) => service !== undefined).length;
    if (services > 1 || (services === 0 && !written.disabled)) report.error('must have either `http_service` or `grpc_service`');
    return written;
  },
);
