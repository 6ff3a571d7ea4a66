package io.calicofleet.integrations.port;

import static java.util.Objects.requireNonNull;

import io.calicofleet.event.CampaignStatus;
import io.calicofleet.event.Explanation;
import io.calicofleet.integrations.core.chat.Waiting;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The planner, asked by the integrations themselves or for a person; it decides who may what. */
public interface Planner {

    /**
     * For whom it is asked.
     *
     * @param called their name as the planner knows them, or their mail address
     * @param how the chat knows them, for the audit
     */
    record OnBehalf(String called, String how) {
        public OnBehalf {
            requireNonNull(called, "called");
            requireNonNull(how, "how");
        }
    }

    /** What the planner answers. */
    sealed interface Reply<T> {}

    /** It is so. */
    record Given<T>(T value) implements Reply<T> {}

    /**
     * It says no.
     *
     * @param status as HTTP has it
     * @param sentence its own words
     */
    record Refused<T>(int status, String sentence) implements Reply<T> {}

    /**
     * It does not answer.
     *
     * @param reason why
     */
    record Away<T>(String reason) implements Reply<T> {}

    /** All campaigns that may be seen. */
    Reply<List<CampaignStatus>> campaigns(@Nullable OnBehalf person) throws InterruptedException;

    /** Where a campaign is. */
    Reply<CampaignStatus> campaign(String name, @Nullable OnBehalf person) throws InterruptedException;

    /** Why it is there. */
    Reply<Explanation> explanation(String name, @Nullable OnBehalf person) throws InterruptedException;

    /** What of it waits for an approval. */
    Reply<List<Waiting>> waiting(String name, @Nullable OnBehalf person) throws InterruptedException;

    /**
     * Approves what waits; nothing else, if that has changed.
     *
     * @return what comes of it, in a sentence
     */
    Reply<String> approve(String name, Waiting waiting, String reason, OnBehalf person) throws InterruptedException;

    /**
     * Pauses or aborts a campaign.
     *
     * @param action {@code pause} or {@code abort}
     */
    Reply<String> act(String name, String action, String reason, OnBehalf person) throws InterruptedException;
}
