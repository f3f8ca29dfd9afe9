/** The application's image, as its own workflow publishes it. Whoever deploys puts a version in the place of the last. */
export const image = "docker.io/promptsentinelai/prompt-sentinel:latest";
