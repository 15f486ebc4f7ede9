"""Systems: how each stands, one page for each, its findings, and the letter to its owner."""

from fastapi import APIRouter

router = APIRouter()
