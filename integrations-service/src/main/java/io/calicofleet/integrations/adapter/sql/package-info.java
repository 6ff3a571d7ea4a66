/** What events say, as rows of PostgreSQL, for those who ask in SQL. */
@NullMarked
package io.calicofleet.integrations.adapter.sql;

import org.jspecify.annotations.NullMarked;
