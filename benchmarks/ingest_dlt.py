"""The same pages by dlt: merged on the primary key, with its settings as they come."""

import os
import sys
import tempfile

from benchmarks.ingest_measure import measure, pages


def main() -> None:
    """Two runs of one pipeline."""
    database, url, *file_format = sys.argv[1:]
    os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
    import dlt

    with tempfile.TemporaryDirectory() as folder:
        pipeline = dlt.pipeline(
            "ingest",
            pipelines_dir=folder,
            # dlt insists on a host in the address; the socket's folder in its query wins.
            destination=dlt.destinations.postgres(database.replace("@/", "@localhost/")),
            dataset_name="by_dlt",
        )

        def pull() -> int:
            applications = dlt.resource(
                pages(url),
                name="applications",
                write_disposition="merge",
                primary_key="number",
            )
            pipeline.run(applications, loader_file_format=file_format[0] if file_format else None)
            with pipeline.sql_client() as client:
                (row,) = client.execute_sql("SELECT count(*) FROM applications") or [(0,)]
            return int(row[0])

        measure(pull)


if __name__ == "__main__":
    main()
