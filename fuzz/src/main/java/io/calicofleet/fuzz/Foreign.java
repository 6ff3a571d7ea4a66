package io.calicofleet.fuzz;

import io.calicofleet.event.Topic;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Who wrong input is about: campaigns and clusters that are nobody's, as many as there are at most, so that what is kept of them is
 * bounded whatever is sent; and the clusters that really are there.
 *
 * @param healthy the clusters that are there
 */
public record Foreign(List<String> healthy) {

    /** How many clusters there are: as few as the first records of a long run all come upon, so that what grows later is a fault. */
    public static final int CLUSTERS = 1_000;

    /** How many campaigns there are. */
    public static final int CAMPAIGNS = 200;

    /** How many of the clusters half of all is about. */
    public static final int FEW = 50;

    private static final String CLUSTER = "fuzz-c-";
    private static final String CAMPAIGN = "fuzz-k-";

    public Foreign {
        healthy = List.copyOf(healthy);
    }

    /** By its number. */
    public static String cluster(int number) {
        return String.format(Locale.ROOT, "%s%05d", CLUSTER, number);
    }

    /** By its number. */
    public static String campaign(int number) {
        return String.format(Locale.ROOT, "%s%03d", CAMPAIGN, number);
    }

    /** Half of them are few clusters, so that their records meet. */
    public String cluster(Random random) {
        return cluster(random.nextInt(random.nextBoolean() ? FEW : CLUSTERS));
    }

    /** Any of them. */
    public String campaign(Random random) {
        return campaign(random.nextInt(CAMPAIGNS));
    }

    /** One of those that are there. */
    public String healthy(Random random) {
        return healthy.get(random.nextInt(healthy.size()));
    }

    /** Every key that is kept on a compacted topic because of them. */
    public static List<String> kept(Topic topic) {
        List<String> keys = new ArrayList<>();
        for (int cluster = 0; cluster < CLUSTERS; cluster++) {
            keys.add(cluster(cluster));
        }
        if (topic == Topic.STATUS) {
            for (int campaign = 0; campaign < CAMPAIGNS; campaign++) {
                keys.add(campaign(campaign));
                for (int cluster = 0; cluster < FEW; cluster++) {
                    keys.add(campaign(campaign) + "/" + cluster(cluster));
                }
            }
        }
        return keys;
    }

    /** Whether a campaign came of what is sent here. */
    public static boolean isCampaign(String name) {
        return name.startsWith(CAMPAIGN) || name.startsWith(CLUSTER) || name.startsWith("restore-" + CLUSTER);
    }
}
