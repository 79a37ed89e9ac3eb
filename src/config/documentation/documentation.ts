import type { Catalogue } from '../catalogue.ts';
import { configuration } from '../model/configuration.ts';
import { jsonSchemaOf } from './json-schema.ts';
import { markdownOf } from './markdown.ts';

const INTRODUCTION = `# Configuration

This page is made from the schema that configurations are checked with: \`npm run docs\` writes it anew, and a test fails when it is
old. The same schema as JSON Schema, for editors: [config.schema.json](config.schema.json).

A configuration is a file of MOSN v2, in JSON or, when its name ends in \`.yaml\` or \`.yml\`, in YAML 1.2.
\`meshloom check -c FILE\` says everything that is wrong with one, and everything in it that is ignored.

- **Keys** are found by their exact spelling, or else without regard to case: MOSN's samples have \`"Name"\` for \`"name"\`. \`null\` is the
  same as an absent key. A key that nobody knows gives a warning, with the one that was probably meant.
- **Durations** are written as in Go: \`"1s"\`, \`"500ms"\`, \`"1h30m"\`. An integer is a number of nanoseconds.
- **Status** says what Meshloom does with a key. *acted upon*: what the line says. *ignored*: nothing, and a warning names the key and
  the reason, unless its value asks for nothing anyway. *ignored, and an error when it is there*: to go on without it would do harm,
  such as a plain connection where TLS is asked for, so that the proxy does not start.
- **Protocols** have settings of their own, which stand in \`extend_config\` of a proxy under the protocol's name. So do filters, in
  \`config\`. Their pages say which.
- **Secrets** never appear in a dump of the configuration, nor in a message.

`;

/** The text of docs/configuration.md. */
export function configurationPage(catalogue: Catalogue): string {
  return `${INTRODUCTION}${markdownOf(configuration(catalogue).shape)}`;
}

/** The text of docs/config.schema.json. */
export function configurationSchema(catalogue: Catalogue): string {
  return `${JSON.stringify(jsonSchemaOf(configuration(catalogue).shape), undefined, 2)}\n`;
}
