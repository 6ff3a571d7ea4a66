// A bot that tells when a campaign comes into another phase. It keeps what it has told in a file, and its position in its consumer group:
// after a restart it tells nothing twice and misses nothing.
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { Kafka, logLevel } from "kafkajs";

const [broker, file] = process.argv.slice(2);
const told: Record<string, string> = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {};

const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.WARN });
const consumer = kafka.consumer({ groupId: "calico-fleet-bots-typescript", sessionTimeout: 10_000 });
process.on("SIGTERM", () => consumer.disconnect().then(() => process.exit(0)));

await consumer.connect();
await consumer.subscribe({ topic: "calico-fleet.status", fromBeginning: true });
await consumer.run({
  autoCommitThreshold: 1, // what is told is committed before the next is read
  eachMessage: async ({ message }) => {
    if (String(message.headers?.ce_type) !== "io.calicofleet.campaign.status.v1" || message.value === null) {
      return;
    }
    const status = JSON.parse(String(message.value)) as { campaign: string; phase: string; summary: string };
    if (told[status.campaign] !== status.phase) { // the same again is no news
      console.log(`${status.campaign} ${status.phase}: ${status.summary}`);
      told[status.campaign] = status.phase;
      writeFileSync(`${file}.new`, JSON.stringify(told));
      renameSync(`${file}.new`, file); // all of it, or what was there before
    }
  },
});
