package io.calicofleet.planner.port;

import io.calicofleet.event.Event;
import io.calicofleet.event.FleetEvent;

/** The way of commands to the planner. */
public interface CommandSender {

    /**
     * Sends the command; returns when the broker has it for good.
     *
     * @throws CommandNotAcceptedException where the broker did not acknowledge it in time; it may still have it
     * @throws CommandTooLargeException where the broker takes no record of that size; sent again, it is refused again
     */
    void send(Event<? extends FleetEvent> command);

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

    /** The broker will never take a command: it is too large. */
    final class CommandTooLargeException extends RuntimeException {

        /**
         * Says so.
         *
         * @param message for people
         * @param cause what the Kafka client said
         */
        public CommandTooLargeException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
