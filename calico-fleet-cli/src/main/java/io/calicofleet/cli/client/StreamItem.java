package io.calicofleet.cli.client;

import com.fasterxml.jackson.databind.JsonNode;

/** What comes from the live stream. */
public sealed interface StreamItem
        permits StreamItem.Message, StreamItem.Lost, StreamItem.Connected, StreamItem.Complete, StreamItem.Refused {

    /**
     * An event.
     *
     * @param id its CloudEvents id
     * @param type its short type, such as {@code step.requested}
     * @param data the event in CloudEvents' structured mode
     */
    record Message(String id, String type, JsonNode data) implements StreamItem {}

    /**
     * The stream broke; it is opened again without being asked.
     *
     * @param reason why
     */
    record Lost(String reason) implements StreamItem {}

    /** The stream is open, for the first time or again. */
    record Connected() implements StreamItem {}

    /** All that was asked for has come; nothing follows. */
    record Complete() implements StreamItem {}

    /**
     * The server refuses such a stream; it is not opened again.
     *
     * @param why what is wrong with what was asked for
     */
    record Refused(RequestRefusedException why) implements StreamItem {}
}
