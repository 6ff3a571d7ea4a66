// A bot that tells when a campaign comes into another phase. It keeps what it has told in a file, with its positions in Kafka beside it.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"strconv"

	"github.com/segmentio/kafka-go"
)

const topic = "calico-fleet.status"

type state struct {
	Positions map[string]int64  `json:"positions"`
	Phases    map[string]string `json:"phases"`
}

func main() {
	broker, file := os.Args[1], os.Args[2]
	told := state{map[string]int64{}, map[string]string{}}
	if saved, err := os.ReadFile(file); err == nil {
		must(json.Unmarshal(saved, &told))
	}
	partitions, err := kafka.LookupPartitions(context.Background(), "tcp", broker, topic)
	must(err)
	messages := make(chan kafka.Message)
	for _, partition := range partitions {
		reader := kafka.NewReader(kafka.ReaderConfig{
			Brokers: []string{broker}, Topic: topic, Partition: partition.ID,
			IsolationLevel: kafka.ReadCommitted, MaxBytes: 8 << 20,
		})
		must(reader.SetOffset(told.from(partition.ID)))
		go func() {
			for {
				message, err := reader.ReadMessage(context.Background())
				must(err)
				messages <- message
			}
		}()
	}
	for message := range messages {
		told.tell(message)
		saved, _ := json.Marshal(told)
		must(os.WriteFile(file+".new", saved, 0o600))
		must(os.Rename(file+".new", file)) // all of it, or what was there before
	}
}

func (s state) from(partition int) int64 {
	if position, known := s.Positions[strconv.Itoa(partition)]; known {
		return position
	}
	return kafka.FirstOffset
}

func (s state) tell(message kafka.Message) {
	s.Positions[strconv.Itoa(message.Partition)] = message.Offset + 1
	for _, header := range message.Headers {
		if header.Key == "ce_type" && string(header.Value) == "io.calicofleet.campaign.status.v1" && message.Value != nil {
			var status struct{ Campaign, Phase, Summary string }
			must(json.Unmarshal(message.Value, &status))
			if s.Phases[status.Campaign] != status.Phase { // the same again is no news
				fmt.Println(status.Campaign, status.Phase+":", status.Summary)
				s.Phases[status.Campaign] = status.Phase
			}
		}
	}
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
