import campaignSchema from '../../../../../event-contract/src/main/resources/schemas/campaign.schema.json';
import commonSchema from '../../../../../event-contract/src/main/resources/schemas/common.schema.json';

/** What of JSON Schema the schema of the campaign file says its fields with. */
interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  description?: string;
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  examples?: unknown[];
}

/** A value that a field takes. */
export interface Value {
  text: string;
  meaning: string;
}

/** A field of the campaign file, by the schema that the planner checks the file with. */
export interface Field {
  meaning: string;
  /** What counts where it is left out; empty where nothing does. */
  fallback: string;
  /** Those below it, by name; null where there are none, or people choose the names. */
  fields: ReadonlyMap<string, Field> | null;
  /** What each of its elements is; null where it is no list. */
  element: Field | null;
  /** The values it takes; examples of them, where not all can be counted. */
  values: readonly Value[];
  /** Whether these values are all. */
  closed: boolean;
}

const COMMON = 'common.schema.json';
const DOCUMENTS: Record<string, Schema> = { '': campaignSchema as Schema, [COMMON]: commonSchema as Schema };

/** The file itself. */
export const FILE = fieldOf(campaignSchema as Schema, '');

/** The field at a path such as waves, [], clusters; null where nothing is known of it. */
export function fieldAt(path: readonly string[]): Field | null {
  return path.reduce<Field | null>((at, name) => (name === '[]' ? at?.element : at?.fields?.get(name)) ?? null, FILE);
}

function fieldOf(written: Schema, document: string): Field {
  const [schema, home] = resolved(written, document);
  const choices = (schema.oneOf ?? schema.anyOf ?? []).map((each) => resolved(each, home));
  const [parent, below] = [[schema, home] as const, ...choices].find(([each]) => each.properties !== undefined) ?? [
    {},
    home,
  ];
  const all = counted(schema) ?? together(choices.map(([each]) => counted(each)));
  const some = choices.flatMap(([each]) => counted(each) ?? []);
  const examples = [...(schema.default === undefined ? [] : [schema.default]), ...(schema.examples ?? [])].map(value);
  return {
    meaning: schema.description ?? '',
    fallback: schema.default === undefined ? '' : textOf(schema.default),
    fields:
      parent.properties === undefined
        ? null
        : new Map(Object.entries(parent.properties).map(([name, each]) => [name, fieldOf(each, below)])),
    element: schema.items === undefined ? null : fieldOf(schema.items, home),
    values: all ?? [...new Map([...some, ...examples].map((each) => [each.text, each])).values()],
    closed: all !== null,
  };
}

/** A schema without its reference, and the document that its own references are in. What stands beside a reference counts. */
function resolved(schema: Schema, document: string): [Schema, string] {
  if (schema.$ref === undefined) {
    return [schema, document];
  }
  const [file = '', name = ''] = schema.$ref.split('#/$defs/');
  const home = file === '' ? document : file;
  const target = DOCUMENTS[home]?.$defs?.[name];
  if (target === undefined) {
    throw new Error(`nothing is at ${schema.$ref}`);
  }
  const [found, at] = resolved(target, home);
  return [{ ...found, ...schema, $ref: undefined }, at];
}

/** All values that a schema takes, where they can be counted. */
function counted(schema: Schema): Value[] | null {
  if (schema.const !== undefined) {
    return [{ text: textOf(schema.const), meaning: schema.description ?? '' }];
  }
  return schema.enum?.map(value) ?? (schema.type === 'boolean' ? [true, false].map(value) : null);
}

function together(choices: (Value[] | null)[]): Value[] | null {
  return choices.length > 0 && choices.every((choice) => choice !== null) ? choices.flat() : null;
}

function value(raw: unknown): Value {
  return { text: textOf(raw), meaning: '' };
}

function textOf(raw: unknown): string {
  return typeof raw === 'string' ? raw : JSON.stringify(raw);
}
