package io.calicofleet.integrations.adapter.mattermost;

import io.calicofleet.integrations.core.Glob;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the file of Mattermost says. It holds secrets: its text tells nothing of it.
 *
 * @param server its address, with a slash at its end
 * @param channel the id of the channel
 * @param campaigns of which campaigns it is told; empty: all
 * @param all whether each phase is told
 * @param botToken of the bot
 * @param acts how people act there; null: they only look
 * @param planner where the planner's REST is
 * @param plannerToken as whom it is asked
 * @param page where the page is, for people; null: nobody said
 * @param users the planner's names of people, by their ids in Mattermost
 */
record MattermostSettings(
        URI server,
        String channel,
        List<Glob> campaigns,
        boolean all,
        String botToken,
        @Nullable Acts acts,
        URI planner,
        String plannerToken,
        @Nullable URI page,
        Map<String, String> users) {

    /**
     * How people act there.
     *
     * @param callback where Mattermost reaches the integrations, with a slash at its end
     * @param secret what buttons and forms are sealed with
     * @param commandToken by which Mattermost shows that a slash command is its own; null: there is none
     */
    record Acts(URI callback, String secret, @Nullable String commandToken) {

        @Override
        public String toString() {
            return "acts by " + callback.getHost();
        }
    }

    MattermostSettings {
        campaigns = List.copyOf(campaigns);
        users = Map.copyOf(users);
    }

    @Override
    public String toString() {
        return "Mattermost, channel " + channel;
    }
}
