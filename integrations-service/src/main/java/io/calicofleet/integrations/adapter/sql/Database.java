package io.calicofleet.integrations.adapter.sql;

import static java.util.Objects.requireNonNull;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL, in which everything is in a schema of its own.
 *
 * @param url {@code jdbc:postgresql://host:port/name}, with no password in it
 * @param user who writes; the schema is his
 * @param password his; null where the server asks for none
 */
public record Database(String url, String user, @Nullable String password) {

    /** The schema. */
    public static final String SCHEMA = "calico_fleet";

    /** Of all who project into one database one does, so that each may have any number of replicas. */
    private static final long LOCK = 0xCA11C0F1EE7L;

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofMinutes(1);

    public Database {
        requireNonNull(user, "user");
        if (!url.startsWith("jdbc:postgresql://") || url.contains("password=")) {
            throw new IllegalArgumentException("integrations.sql.url is no address such as"
                    + " jdbc:postgresql://db.example.org:5432/fleet; a password goes into integrations.sql.password");
        }
    }

    /** Connects; what is written is seen once it is committed. */
    Connection connect() throws SQLException {
        Properties properties = new Properties();
        properties.put("user", user);
        if (password != null) {
            properties.put("password", password);
        }
        properties.put("ApplicationName", "calico-fleet integrations");
        properties.put("currentSchema", SCHEMA);
        properties.put("connectTimeout", String.valueOf(CONNECT.toSeconds()));
        properties.put("socketTimeout", String.valueOf(ANSWER.toSeconds()));
        properties.put("tcpKeepAlive", "true");
        properties.put("reWriteBatchedInserts", "true");
        Connection connection = DriverManager.getConnection(url, properties);
        connection.setAutoCommit(false);
        return connection;
    }

    /** Whether this connection is the one that writes, for as long as it is open. */
    static boolean isWriter(Connection connection) throws SQLException {
        try (PreparedStatement lock = connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
            lock.setLong(1, LOCK);
            try (ResultSet held = lock.executeQuery()) {
                boolean ours = held.next() && held.getBoolean(1);
                connection.commit();
                return ours;
            }
        }
    }

    /**
     * Brings tables and views to what this version writes; what is so already stays.
     *
     * @throws FlywayException where that cannot be done
     */
    void migrate() {
        Flyway.configure(Database.class.getClassLoader())
                .dataSource(url, user, password)
                .schemas(SCHEMA)
                .locations("classpath:sql")
                .load()
                .migrate();
    }

    /** Without the password. */
    @Override
    public String toString() {
        return user + " at " + url;
    }
}
