"""Tests; they mirror the source, folder by folder."""
