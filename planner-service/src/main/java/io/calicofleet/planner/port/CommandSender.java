package io.calicofleet.planner.port;

import io.calicofleet.event.CampaignCommand;
import io.calicofleet.event.Event;

/** The way of commands to the planner. */
public interface CommandSender {

    /**
     * Sends the command; returns when the broker has it for good.
     *
     * @throws CommandNotAcceptedException where the broker did not acknowledge it in time; it may still have it
     */
    void send(Event<? extends CampaignCommand> command);

    /** The broker did not acknowledge a command. */
    final class CommandNotAcceptedException extends RuntimeException {

        /**
         * Says why.
         *
         * @param message for people
         * @param cause what the Kafka client said
         */
        public CommandNotAcceptedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
