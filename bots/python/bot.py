"""A bot that tells when a campaign comes into another phase.

It keeps what it has told in a file, with its positions in Kafka beside it: after a restart it tells nothing twice and misses nothing.
"""

import json
import os
import sys

from kafka import KafkaConsumer, TopicPartition

TOPIC = "calico-fleet.status"
broker, file = sys.argv[1:]

told = {"positions": {}, "phases": {}}
if os.path.exists(file):
    with open(file) as saved:
        told = json.load(saved)

consumer = KafkaConsumer(bootstrap_servers=broker, isolation_level="read_committed", enable_auto_commit=False)
partitions = [TopicPartition(TOPIC, number) for number in consumer.partitions_for_topic(TOPIC)]
consumer.assign(partitions)
for partition in partitions:
    position = told["positions"].get(str(partition.partition))
    if position is None:
        consumer.seek_to_beginning(partition)
    else:
        consumer.seek(partition, position)

for record in consumer:
    told["positions"][str(record.partition)] = record.offset + 1
    headers = dict(record.headers)
    if headers.get("ce_type") == b"io.calicofleet.campaign.status.v1" and record.value is not None:
        status = json.loads(record.value)
        if told["phases"].get(status["campaign"]) != status["phase"]:  # the same again is no news
            print(status["campaign"], status["phase"] + ":", status["summary"], flush=True)
            told["phases"][status["campaign"]] = status["phase"]
    with open(file + ".new", "w") as saved:
        json.dump(told, saved)
    os.replace(file + ".new", file)  # all of it, or what was there before
