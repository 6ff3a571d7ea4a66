package io.calicofleet.integrations.app;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The settings of the integrations. Everything under {@code kafka.} goes to the Kafka clients as it is. */
@ConfigMapping(prefix = "integrations")
public interface IntegrationsSettings {

    /**
     * The hosts that may be told, {@code *.example.org} for all below example.org, with commas between them; without it any but those where
     * clouds keep the credentials of their machines.
     */
    Optional<List<String>> allowedHosts();

    /** Webhooks. */
    Webhooks webhooks();

    /** Slack. */
    Slack slack();

    /** Mattermost. */
    Mattermost mattermost();

    /** Microsoft Teams. */
    Teams teams();

    /** What happens as rows of PostgreSQL. */
    Sql sql();

    /** The log. */
    Log log();

    /** Settings of the projection into SQL. */
    interface Sql {

        /** The database, such as jdbc:postgresql://db.example.org:5432/fleet, with no password in it; without it nothing is written into one. */
        Optional<String> url();

        /** Who writes there. */
        @WithDefault("calico_fleet")
        String user();

        /** The password; best by the environment. Without it none is sent. */
        Optional<String> password();
    }

    /** Settings of webhooks. */
    interface Webhooks {

        /** The file of endpoints; without it there are no webhooks. */
        Optional<Path> file();

        /** As who endpoints are asked whether they want webhooks, a DNS name: what they answer with as WebHook-Allowed-Origin. */
        @WithDefault("calico-fleet.local")
        String origin();

        /** How long a whole request may take. */
        @WithDefault("PT15S")
        Duration timeout();

        /** How long after the first try a webhook is tried again; each pause is twice as long as the one before. */
        @WithDefault("PT2S")
        Duration firstPause();

        /** The longest of these pauses. */
        @WithDefault("PT15M")
        Duration longestPause();

        /** How long after its first try a webhook is given up. */
        @WithDefault("PT24H")
        Duration giveUpAfter();
    }

    /** Settings of Slack. */
    interface Slack {

        /** The file of Slack; without it Slack is told nothing. */
        Optional<Path> file();

        /** How long after a message of the channel the next one is sent; Slack takes about one a second. */
        @WithDefault("PT1.1S")
        Duration pace();

        /** How long after a change of the message of a campaign it is changed again. */
        @WithDefault("PT5S")
        Duration editEvery();

        /** How long what waits for people is believed before the planner is asked anew; what happens is asked about at once. */
        @WithDefault("PT30S")
        Duration lookAgain();
    }

    /** Settings of Mattermost. */
    interface Mattermost {

        /** The file of Mattermost; without it Mattermost is told nothing. */
        Optional<Path> file();

        /** How long after a message of the channel the next one is sent. */
        @WithDefault("PT0.2S")
        Duration pace();

        /** How long after a change of the message of a campaign it is changed again. */
        @WithDefault("PT5S")
        Duration editEvery();

        /** How long what waits for people is believed before the planner is asked anew; what happens is asked about at once. */
        @WithDefault("PT30S")
        Duration lookAgain();
    }

    /** Settings of Microsoft Teams. */
    interface Teams {

        /** The file of Teams; without it Teams is told nothing. */
        Optional<Path> file();

        /** How long after a card the next one is sent; Teams takes no more than four a second. */
        @WithDefault("PT1S")
        Duration pace();

        /** How long after a card of how a campaign goes there is another one, where it goes on. */
        @WithDefault("PT1H")
        Duration progressEvery();

        /** How long what waits for people is believed before the planner is asked anew; what happens is asked about at once. */
        @WithDefault("PT30S")
        Duration lookAgain();
    }

    /** Settings of the log. */
    interface Log {

        /** Whether log entries are JSON objects, in the profile {@code prod}; elsewhere they are plain lines. */
        @WithDefault("true")
        boolean json();
    }
}
