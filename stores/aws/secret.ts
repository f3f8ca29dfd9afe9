import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  paginateListSecretVersionIds,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
  type SecretsManagerClient,
} from "@aws-sdk/client-secrets-manager";
import type { SecretValue } from "../secretValue";
import { isDenied, isNamed, meaning, refusal } from "./errors";
import { membersOf, type Members } from "./members";

/** The label of a version on its way. One version has it at a time, so that labels never pile up. */
export const nextLabel = "promptsentinel-next";

/** A version that is the current one, with what it holds. */
export interface Current {
  readonly version: string;
  readonly members: Members;
}

/** The calls on one secret. Each throws a StoreError, but for those that say what else. */
export class Secret {
  constructor(
    private readonly service: SecretsManagerClient,
    readonly region: string,
    readonly name: string,
  ) {}

  /**
   * What is current; undefined where there is no version that is.
   * @returns "hidden" where the caller may not read
   */
  async current(): Promise<Current | undefined | "hidden"> {
    try {
      const { VersionId: version = "", SecretString } = await this.service.send(
        // Named, because nothing else says which version is meant.
        new GetSecretValueCommand({ SecretId: this.name, VersionStage: "AWSCURRENT" }),
      );
      return { version, members: membersOf(SecretString, this.name) };
    } catch (error) {
      if (isDenied(error)) return "hidden";
      // Without a secret and without a version the service says the same; a secret that is being deleted is neither.
      if (isNamed(error, "ResourceNotFoundException", "InvalidRequestException")) {
        await this.labels();
        return undefined;
      }
      throw meaning(error, `${this.name}: reading`);
    }
  }

  /**
   * Labels of each version; it tells nothing of what is in there.
   * @throws StoreError `missing` when the secret is not there, or is being deleted
   */
  async labels(): Promise<ReadonlyMap<string, readonly string[]>> {
    try {
      const { VersionIdsToStages = {}, DeletedDate } = await this.service.send(
        new DescribeSecretCommand({ SecretId: this.name }),
      );
      if (DeletedDate !== undefined) throw this.beingDeleted();
      return new Map(Object.entries(VersionIdsToStages));
    } catch (error) {
      if (!isNamed(error, "ResourceNotFoundException")) {
        throw meaning(error, `${this.name}: describing`);
      }
      throw refusal(
        "missing",
        `${this.name}: there is no such secret in ${this.region}`,
        "bring the stack up first (`pulumi up`), and check the region and the account",
      );
    }
  }

  /** When a version was written; undefined where the caller may not know. */
  async writtenAt(version: string): Promise<Date | undefined> {
    try {
      const pages = paginateListSecretVersionIds(
        { client: this.service },
        { SecretId: this.name, MaxResults: 100 },
      );
      for await (const { Versions = [] } of pages) {
        const found = Versions.find(({ VersionId }) => VersionId === version);
        if (found) return found.CreatedDate;
      }
      return undefined;
    } catch (error) {
      if (isDenied(error)) return undefined;
      throw meaning(error, `${this.name}: listing versions`);
    }
  }

  /**
   * Adds a version, which is the current one only when it is the first: a label of our own keeps it from becoming so.
   * https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_PutSecretValue.html
   * @param version a new UUID, by which a call that is made twice is done once
   * @throws the SDK's error
   */
  async stage(
    version: string,
    before: Members,
    jsonKey: string,
    value: SecretValue,
  ): Promise<void> {
    await this.service.send(
      new PutSecretValueCommand({
        SecretId: this.name,
        SecretString: JSON.stringify({ ...before, [jsonKey]: value.reveal() }),
        ClientRequestToken: version,
        VersionStages: [nextLabel],
      }),
    );
  }

  /**
   * Makes a version the current one in the place of another, and of no other: check-and-set. The other becomes
   * AWSPREVIOUS. https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html
   * @throws the SDK's error
   */
  async promote(version: string, instead: string | undefined): Promise<void> {
    await this.service.send(
      new UpdateSecretVersionStageCommand({
        SecretId: this.name,
        VersionStage: "AWSCURRENT",
        MoveToVersionId: version,
        RemoveFromVersionId: instead,
      }),
    );
  }

  private beingDeleted() {
    return refusal(
      "missing",
      `${this.name}: is being deleted`,
      `\`aws secretsmanager restore-secret --region ${this.region} --secret-id ${this.name}\` brings it back, values and all, until its recovery window ends`,
    );
  }
}
