import { logTables } from "./logTables";

/** What is used of Kusto's own language service. https://github.com/microsoft/Kusto-Query-Language */
interface Kusto {
  readonly Language: {
    readonly Symbols: {
      readonly TableSymbol: { From(columns: string): { WithName(name: string): object } };
      readonly DatabaseSymbol: { readonly ctor: new (name: string, members: object[]) => object };
    };
    readonly GlobalState: { readonly Default: { WithDatabase(database: object): object } };
    readonly KustoCode: { ParseAndAnalyze(text: string, globals: object): Analyzed };
  };
}
interface Analyzed {
  GetDiagnostics(): {
    readonly Count: number;
    getItem(at: number): { readonly Code: string; readonly Message: string };
  };
}

let loaded: Kusto["Language"] | undefined;

/** The package's files set a global, each upon the one before; its types alone have a million characters. */
function language(): Kusto["Language"] {
  if (loaded === undefined) {
    /* eslint-disable @typescript-eslint/no-require-imports */
    require("@kusto/language-service-next/bridge.min.js");
    require("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
    /* eslint-enable @typescript-eslint/no-require-imports */
    loaded = (globalThis as unknown as { Kusto: Kusto }).Kusto.Language;
  }
  return loaded;
}

/** What Kusto's parser and binder have against a query of the log's tables. */
export function problemsOf(query: string): readonly string[] {
  const { Symbols, GlobalState, KustoCode } = language();
  const tables = Object.entries(logTables).map(([name, columns]) => {
    const declared = Object.entries(columns).map(([column, type]) => `${column}: ${type}`);
    return Symbols.TableSymbol.From(`(${declared.join(", ")})`).WithName(name);
  });
  const globals = GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor("log", tables));
  const diagnostics = KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: diagnostics.Count }, (_, at) => {
    const { Code, Message } = diagnostics.getItem(at);
    return `${Code}: ${Message}`;
  });
}
