/**
 * A stream filter with settings of its own: `greeting` adds a header to requests, or an attachment to calls.
 */
import { defaulted, object, required, text } from 'meshloom/schema';

const settings = object('Greeting', 'Greets upstreams: `greeting`.', {
  words: required(text({ atLeast: 1 }), 'What is said.'),
  header: defaulted(text({ atLeast: 1 }), 'x-greeting', 'The header that says it.'),
});

/** @type {import('meshloom').FilterKind<import('meshloom/schema').Read<typeof settings>>} */
const greeting = {
  type: 'greeting',
  settings,
  build: (own) => ({
    name: 'greeting',
    onRoute(exchange) {
      // What a route says in `per_filter_config` takes the place of what the filter itself was given.
      const { header, words } = exchange.routeSettings(greeting) ?? own;
      exchange.request.fields.set(header.toLowerCase(), words);
      return undefined;
    },
  }),
};

/** @type {import('meshloom').Plugin} */
export default { filters: [greeting] };
