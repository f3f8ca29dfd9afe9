import { readFileSync } from "node:fs";
import ts from "typescript";

/** A property of an interface: the interfaces of the SDK's `inputs` that it refers to, and whether it can be text. */
export interface Property {
  readonly name: string;
  readonly refs: readonly string[];
  readonly text: boolean;
}

export type Interfaces = ReadonlyMap<string, readonly Property[]>;

/** The interfaces that a declaration file declares, by their name with its namespaces. Parsed, not type-checked. */
export function interfacesOf(file: string): Interfaces {
  const found = new Map<string, readonly Property[]>();
  const visit = (node: ts.Node, scope: readonly string[]): void => {
    if (ts.isModuleDeclaration(node)) {
      const inner = [...scope, node.name.text];
      if (node.body)
        ts.forEachChild(node.body, (child) => {
          visit(child, inner);
        });
    } else if (ts.isInterfaceDeclaration(node)) {
      const properties = node.members.filter(ts.isPropertySignature).map(propertyOf);
      found.set([...scope, node.name.text].join("."), properties);
    }
  };
  ts.forEachChild(parse(file), (node) => {
    visit(node, []);
  });
  return found;
}

const parse = (file: string): ts.SourceFile =>
  ts.createSourceFile(file, readFileSync(file, "utf8"), {
    languageVersion: ts.ScriptTarget.ES2022,
    // Most of these files is documentation.
    jsDocParsingMode: ts.JSDocParsingMode.ParseNone,
  });

function propertyOf(member: ts.PropertySignature): Property {
  const refs: string[] = [];
  let text = false;
  const visit = (node: ts.Node): void => {
    text ||= node.kind === ts.SyntaxKind.StringKeyword || node.kind === ts.SyntaxKind.AnyKeyword;
    if (ts.isTypeReferenceNode(node)) {
      const name = nameOf(node.typeName);
      if (name.startsWith("inputs.")) refs.push(name.slice("inputs.".length));
    }
    ts.forEachChild(node, visit);
  };
  if (member.type) visit(member.type);
  const name =
    ts.isIdentifier(member.name) || ts.isStringLiteral(member.name) ? member.name.text : "";
  return { name, refs, text };
}

const nameOf = (name: ts.EntityName): string =>
  ts.isIdentifier(name) ? name.text : `${nameOf(name.left)}.${name.right.text}`;
