"""The main job, played on the local AWS: deploy, drift, repair, alert."""
